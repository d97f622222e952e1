/** What a reply cost by the list, where its provider did not say. */
import type { ListedModel, Offer } from "../../domain.ts";
import { plain } from "../failover/health.ts";

/** Null where the list does not tell which price was paid. `id` may end in the provider that was asked for. */
export function estimateCost(
  listed: ListedModel | null,
  id: string,
  provider: string | null,
  { tokensIn, tokensOut }: { tokensIn: number; tokensOut: number },
): number | null {
  const offer = listed === null ? null : offerOf(listed, id, provider);
  if (offer === null) return null;
  if (offer.isFree) return 0;
  if (offer.usdIn === null || offer.usdOut === null) return null;
  // In millionths of a millionth of a dollar a token, which are whole: the last digit is then right.
  const inEach = Math.round(offer.usdIn * 1e6);
  const outEach = Math.round(offer.usdOut * 1e6);
  return (tokensIn * inEach + tokensOut * outEach) / 1e12;
}

/** US dollars a token, of the dearest who may be asked; null where one of them tells no price. `id` may name him. */
export function dearestPrice(
  listed: ListedModel | null,
  id: string,
  usdOutMax: number | null = null,
): { usdIn: number; usdOut: number } | null {
  const asked = listed === null ? null : offerOf(listed, id, null);
  // Others may take a named one's place where they ask no more, or no more than the limit.
  const most = usdOutMax ?? asked?.usdOut ?? 0;
  const isInPlace = ({ isFree, usdIn, usdOut }: Offer) =>
    isFree || (usdIn !== null && usdOut !== null && usdOut <= most);
  const all = listed?.offers ?? [];
  const offers = asked === null ? all : [asked, ...all.filter(isInPlace)];
  const prices = offers.map(({ isFree, usdIn, usdOut }) => (isFree ? [0, 0] : [usdIn, usdOut]));
  if (prices.length === 0 || prices.flat().includes(null)) return null;
  const dearest = (at: 0 | 1) => Math.max(...prices.map((price) => price[at] ?? 0)) / 1e6;
  return { usdIn: dearest(0), usdOut: dearest(1) };
}

/** Who answered; else who was asked for; else the only one there is. */
function offerOf({ offers }: ListedModel, id: string, provider: string | null): Offer | null {
  const named = [provider, id.slice(id.lastIndexOf(":") + 1)];
  for (const name of named) {
    const found = offers.find(
      (offer) => offer.provider !== null && plain(offer.provider) === plain(name ?? ""),
    );
    if (found !== undefined) return found;
  }
  return offers.length === 1 && (provider === null || offers[0]?.provider === null)
    ? (offers[0] ?? null)
    : null;
}
