/** The password at the door: compared in constant time, and tried only so often. */
import { timingSafeEqual } from "node:crypto";

export type Entry = "open" | "wrong" | { waitS: number };

export type Door = {
  /** `from` is an address, or null where none is known; those who have none share their tries. */
  enter(attempt: string, from: string | null): Entry;
};

export type DoorLimits = {
  /** Wrong tries in a row from one address, and how long until one more is allowed. */
  triesPerAddress: number;
  tryPerAddressS: number;
  /** The same for all addresses together. */
  triesMax: number;
  tryS: number;
  /** Addresses that are remembered. */
  triersMax: number;
};

/** A right password costs no try; a wrong one costs one of the address's and one of everybody's. */
export function createDoor(password: string, limits: DoorLimits, nowMs: () => number): Door {
  const expected = digest(password);
  const everybody = fullBucket(limits.triesMax);
  const triers = new Map<string, Bucket>();

  function bucketOf(name: string): Bucket {
    const known = triers.get(name);
    if (known !== undefined) return known;
    const [oldest] = triers.keys();
    if (oldest !== undefined && triers.size >= limits.triersMax) triers.delete(oldest);
    const bucket = fullBucket(limits.triesPerAddress);
    triers.set(name, bucket);
    return bucket;
  }

  function fullBucket(tries: number): Bucket {
    return { tries, refilledMs: nowMs() };
  }

  return {
    enter(attempt, from) {
      const own = bucketOf(from ?? "");
      refill(own, limits.triesPerAddress, limits.tryPerAddressS, nowMs());
      refill(everybody, limits.triesMax, limits.tryS, nowMs());
      const waitS = Math.max(missingS(own, limits.tryPerAddressS), missingS(everybody, limits.tryS));
      if (waitS > 0) return { waitS };
      if (timingSafeEqual(digest(attempt), expected)) return "open";
      own.tries -= 1;
      everybody.tries -= 1;
      return "wrong";
    },
  };
}

type Bucket = { tries: number; refilledMs: number };

function refill(bucket: Bucket, tries: number, tryS: number, nowMs: number): void {
  bucket.tries = Math.min(tries, bucket.tries + Math.max(0, nowMs - bucket.refilledMs) / 1000 / tryS);
  bucket.refilledMs = nowMs;
}

function missingS({ tries }: Bucket, tryS: number): number {
  // A part of a second that is lost to rounding is none to wait for.
  return tries >= 1 ? 0 : Math.ceil((1 - tries) * tryS - 0.001);
}

/** As long for each text, so that the comparison tells nothing of it. */
function digest(text: string): Uint8Array {
  return new Bun.CryptoHasher("sha256").update(text).digest();
}
