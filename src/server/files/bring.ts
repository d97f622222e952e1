/** Takes in a file that somebody brings: not too fast, not too many at once, made small, and stored. */
import { keepPace, type Buckets } from "../../chat/admission/pace.ts";
import type { FilePart } from "../../domain.ts";
import { refuse } from "../../errors.ts";
import type { Take, Taken } from "../../files/take.ts";
import type { Store } from "../../store/store.ts";
import type { Viewer } from "../access/viewer.ts";

export type BringParts = {
  store: Store;
  take: Take;
  uploads: Uploads;
  /** How fast each account has brought files; outlives a hot reload. */
  buckets: Buckets;
  now(): number;
  limits: UploadLimits & {
    fileBytesMax: number;
    /** Of an account's files together; 0 where none are taken. */
    filesBytesMax: number;
    filesTemporaryBytesMax: number;
    filesPerSecond: number;
    filesBurst: number;
    bucketsMax: number;
  };
};

export type Coming = {
  /** Made in the browser: the same file sent again is there once. */
  id: string;
  name: string;
  isTemporary: boolean;
  read(bytesMax: number): Promise<Buffer>;
};

export type Brought = { file: FilePart; note: Taken["note"] };

/** Throws AppError with what to tell whoever brought it; nothing is stored then. */
export async function bringFile(parts: BringParts, viewer: Viewer, coming: Coming): Promise<Brought> {
  const { store, take, uploads, buckets, now, limits } = parts;
  const { id, name, isTemporary } = coming;
  const { account: owner, tokenHash } = viewer;
  const { filesBytesMax: bytesMax, filesTemporaryBytesMax: temporaryBytesMax } = limits;
  if (bytesMax === 0) throw refuse("conflict", "filesOff");
  const pace = { opsPerSecond: limits.filesPerSecond, opsBurst: limits.filesBurst };
  keepPace(buckets, owner, now(), { ...pace, bucketsMax: limits.bucketsMax });
  using _ = uploads.enter(owner);
  const { note, ...taken } = await take({ name, bytes: await coming.read(limits.fileBytesMax) });
  const nowMs = now();
  await store.sessions.create({ account: owner, tokenHash, nowMs });
  const bounds = { bytesMax, temporaryBytesMax };
  const file = await store.files.add({ ...taken, owner, id, isTemporary, ...bounds, nowMs });
  if (file !== null) return { file, note };
  const max = Math.round((isTemporary ? temporaryBytesMax : bytesMax) / 2 ** 20);
  throw refuse("files_full", isTemporary ? "filesTemporaryFull" : "filesFull", { max });
}

export type UploadLimits = { uploadsMax: number; uploadsPerAccount: number };

/** Who is bringing a file now: each may hold its bytes in memory. */
export type Uploads = { enter(owner: string): Disposable };

export function createUploads({ uploadsMax, uploadsPerAccount }: UploadLimits): Uploads {
  const going = new Map<string, number>();
  let all = 0;
  return {
    enter(owner) {
      const own = going.get(owner) ?? 0;
      if (own >= uploadsPerAccount || all >= uploadsMax) throw refuse("busy", "filesBusy");
      going.set(owner, own + 1);
      all += 1;
      return {
        [Symbol.dispose]() {
          all -= 1;
          const left = (going.get(owner) ?? 0) - 1;
          if (left > 0) going.set(owner, left);
          else going.delete(owner);
        },
      };
    },
  };
}
