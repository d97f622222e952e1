/** What is kept of files, as the rest of the program sees it. */
import type { FilePart } from "../../domain.ts";

export type FileStore = {
  /**
   * As a message's part; the same bytes are kept once, and the same file again is the one that is there. Null where
   * they don't fit into what the owner may keep. Throws AppError where another file has that id.
   */
  add(file: NewFile): Promise<FilePart | null>;
  /** In the order of the ids; those that are not there are left out. Reads no bytes. */
  find(owner: string, ids: readonly string[]): Promise<FilePart[]>;
  read(owner: string, id: string): Promise<FileContent | null>;
  /** Takes away one that no message carries; false where there is none. */
  forget(owner: string, id: string): Promise<boolean>;
  /** Takes away what was brought before then and never sent, at most so many; false where nothing was left to do. */
  sweep(input: { beforeMs: number; temporaryBeforeMs: number; rowsMax: number }): Promise<boolean>;
};

export type FileType = "image/jpeg" | "image/png" | "text/plain";

/** Temporary: in memory alone. */
export type FileContent = { type: FileType; bytes: Uint8Array; isTemporary?: true };

export type NewFile = Pick<FileContent, "type" | "bytes"> & {
  owner: string;
  id: string;
  name: string;
  /** Of an image. */
  width: number | null;
  height: number | null;
  /** Of a PDF, whose text this is. */
  pages: number | null;
  tokens: number;
  /** For a conversation that is kept in memory only: so is the file, where there is such a place. */
  isTemporary?: boolean;
  /** What the owner's files may take together; `temporaryBytesMax` in memory. */
  bytesMax: number;
  temporaryBytesMax: number;
  nowMs: number;
};
