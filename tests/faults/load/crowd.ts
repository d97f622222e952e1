/** A program: many people at one server. */
import { answerParent } from "../../bench/children.ts";
import { positionIn } from "../../support/page.ts";
import { Person, type Answer, type PersonState, type Place } from "./person.ts";

/** People by their numbers, from `from` on. */
export type Some = { from: number; count: number };

export type Coming = Some & {
  url: string;
  /** How many share an account, and its cookie. */
  perAccount?: number;
  /** Whose account and chat they look at, in place of having their own. */
  watching?: number;
  /** They read nothing until they go on. */
  areDeaf?: boolean;
  /** Who is not in by then, goes. */
  patienceMs?: number;
};

/** `refused` counts by status; 0 is a connection without an answer. */
export type Came = { joined: number; refused: Record<string, number>; tookMs: number };

export type Sending = Some & {
  tokens: number;
  perSecond: number;
  together?: number;
  /** Characters of the message, at least. */
  length?: number;
};

const atOnce = 64;
const people = new Map<number, Person>();
const places = new Map<string, Promise<Place>>();
const choosing = new Set<Person>();

answerParent({
  come: async ({
    url,
    from,
    count,
    perAccount = 1,
    watching,
    areDeaf,
    patienceMs = 60_000,
  }: Coming): Promise<Came> => {
    const startMs = performance.now();
    const came: Came = { joined: 0, refused: {}, tookMs: 0 };
    const place = await placeAt(url);
    await inLots(numbers({ from, count }), async (number) => {
      const { conversation } = people.get(watching ?? -1)?.tab.position ?? place.position;
      const person = new Person(place, number, Math.floor((watching ?? number) / perAccount));
      if (watching !== undefined) person.tab.position.conversation = conversation;
      people.set(number, person);
      const status = await Promise.race([person.come(areDeaf), Bun.sleep(patienceMs).then(() => 0)]);
      if (status === 101) came.joined += 1;
      else {
        came.refused[status] = (came.refused[status] ?? 0) + 1;
        person.leave();
        people.delete(number);
      }
    });
    came.tookMs = performance.now() - startMs;
    return came;
  },
  /** In milliseconds, of those that are answered within ten seconds. */
  ping: async (some: Some): Promise<number[]> => {
    const answers: number[] = [];
    await inLots(chosen(some), async (person) => {
      const answerMs = await Promise.race([person.ping(), Bun.sleep(10_000).then(() => null)]);
      if (answerMs !== null) answers.push(answerMs);
    });
    return answers;
  },
  /** Each sends his message; resolves when all are answered. */
  send: (sending: Sending): Promise<Answer[]> => Promise.all(sent(sending)),
  /** The same, without waiting for any answer. */
  begin: (sending: Sending) => {
    void Promise.all(sent(sending));
    return null;
  },
  /** Each chooses what he sees, again and again, until `rest` is asked for. */
  choose: ({ everyMs, ...some }: Some & { everyMs: number }) => {
    for (const person of chosen(some)) void chooseOften(person, everyMs);
    return null;
  },
  rest: () => {
    choosing.clear();
    return null;
  },
  stop: (some: Some): Promise<Answer[]> => Promise.all(chosen(some).map((person) => person.stop())),
  ended: async (some: Some): Promise<PersonState[]> => {
    await Promise.all(chosen(some).map((person) => person.ended()));
    return chosen(some).map((person) => person.state());
  },
  /** Resolves when each has been back so many times. */
  back: async ({ times, ...some }: Some & { times: number }): Promise<PersonState[]> => {
    while (chosen(some).some((person) => person.state().backMs.length < times)) await Bun.sleep(20);
    return chosen(some).map((person) => person.state());
  },
  /** The length of each one's page in all. */
  page: async (some: Some): Promise<number> => {
    const pages = chosen(some).map(async ({ tab }) => {
      const { url, cookie, position } = tab;
      const response = await fetch(`${url}/conversations/${position.conversation}`, {
        headers: { Cookie: cookie },
      });
      return (await response.text()).length;
    });
    return (await Promise.all(pages)).reduce((sum, length) => sum + length, 0);
  },
  states: (some: Some): PersonState[] => chosen(some).map((person) => person.state()),
  goOn: (some: Some) => {
    for (const person of chosen(some)) person.goOn();
    return null;
  },
  leave: (some: Some) => {
    for (const person of chosen(some)) {
      person.leave();
      people.delete(person.number);
    }
    return null;
  },
});

async function chooseOften(person: Person, everyMs: number): Promise<void> {
  choosing.add(person);
  while (choosing.has(person)) {
    await person.choose();
    await Bun.sleep(everyMs);
  }
}

function sent({ tokens, perSecond, together = 1, length = 0, ...some }: Sending): Promise<Answer>[] {
  return chosen(some).map((person) => {
    const pace = `${tokens} tokens, ${perSecond} a second, ${together} at a time`;
    return person.send(`This is chat ${person.number}: ${pace}, please.`.padEnd(length, " please"));
  });
}

function numbers({ from, count }: Some): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

function chosen(some: Some): Person[] {
  return numbers(some).flatMap((number) => people.get(number) ?? []);
}

async function inLots<T>(all: T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const one = async () => {
    for (const each of left) await work(each);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** A page of somebody new says what version it is, and what an empty sidebar is called. */
function placeAt(url: string): Promise<Place> {
  const known = places.get(url);
  if (known !== undefined) return known;
  const place = fetch(url).then(async (response) => ({ url, position: positionIn(await response.text()) }));
  places.set(url, place);
  return place;
}
