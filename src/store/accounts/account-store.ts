/** The end of an account, and of all that it had. */

/** By hashes: of its sessions' tokens and of its links' secrets, for whoever watches by them. */
export type Ended = { sessions: string[]; links: string[] };

export type AccountStore = {
  /**
   * From then on nobody is let in as it, reads by its links or writes for it, and its token is gone. What else it had
   * is for `sweep` to take away. Nothing has ended where it is not there.
   */
  end(account: string, nowMs: number): Promise<Ended>;
  /** While anything is left of it. */
  isEnded(account: string): Promise<boolean>;
  /**
   * Takes away, a little at a time, what ended accounts left: at last their words from the search index, and from the
   * file's log and free pages. False where nothing is left.
   */
  sweep(rowsMax: number): Promise<boolean>;
};
