/** Every limit there is: no queue, buffer, body, loop, wait or count is without one. */

import { ASSISTANTS } from "./assistants.ts";
import { FILES } from "./files.ts";
import { LISTS } from "./lists.ts";
import { TAKEAWAY } from "./takeaway.ts";

/** What a machine or a provider bears is for whoever runs it to set; all else is here. */
export type Limits = Readonly<
  typeof LIMITS & {
    generationsMax: number;
    generationsPerAccount: number;
    queueMax: number;
    queuePerAccount: number;
    filesBytesMax: number;
  }
>;

/** Each of these is refused at, cut at or waited for; a test reaches each where it is used. */
export const LIMITS = {
  // Of all browsers together; more would tell nothing new.
  reportsPerSecond: 5,
  reportsBurst: 50,
  reportBytesMax: 64 * 1024,

  // In UTF-16 units: one is up to three bytes in a frame (escapes of control characters aside), nine in a form.
  messageChars: 100_000,
  frameBytesMax: 320 * 1024,
  bodyBytesMax: 1024 * 1024,
  // Where a model does not tell what it holds: the default one holds this beside a reply of the default length.
  promptTokensMax: 100_000,
  systemPromptBytesMax: 32 * 1024,
  titleChars: 80,
  ...LISTS,
  ...FILES,
  ...TAKEAWAY,
  ...ASSISTANTS,
  // A page shows so many messages of a long chat at once, and loads as many more upwards.
  threadMessages: 50,
  threadMessagesMax: 1000,
  // HTML that is kept for the next page, of messages and of whole threads: in UTF-16 units, of all chats together.
  keptBlocksChars: 4 * 1024 * 1024,
  keptThreadsChars: 4 * 1024 * 1024,

  // Of the provider that people sign in with: one call, its answer, and how many at once, for anybody can cause them.
  signInMs: 10_000,
  signInBytesMax: 64 * 1024,
  signInsAtOnce: 32,
  discoveryFreshMs: 3_600_000,
  // From the button to the way back, a second factor included.
  attemptS: 900,

  opsPerSecond: 10,
  opsBurst: 30,
  // So many accounts ask at once, or the one that asked longest ago starts anew.
  bucketsMax: 10_000,
  // Ops under way or refused that are remembered, so that a late copy of one is not done.
  keptMax: 10_000,
  // So many ops beyond the burst, and the socket is closed.
  refusalsMax: 100,
  socketsMax: 12_000,
  socketsPerAccount: 32,
  socketsPerAddress: 1000,
  // Seen last so long ago, a session has to sign in again; how often it is written down.
  sessionIdleMs: 90 * 24 * 3_600_000,
  sessionSeenMs: 3_600_000,
  // Wrong passwords: five from one address, then one a minute; from all together a hundred, then one every 5 s.
  triesPerAddress: 5,
  tryPerAddressS: 60,
  triesMax: 100,
  tryS: 5,
  triersMax: 10_000,
  // Past it a slow reader is closed and resumes; one frame more than this may be held for it.
  backpressureBytesMax: 1024 * 1024,
  // Of one frame: leaves room beside it for what comes while a slow line takes it, or it would be closed, come back,
  // and get the same again.
  sentBytesMax: 768 * 1024,
  // For all slow readers together; the buffers are up to twice as large.
  waitingBytesMax: 12 * 1024 * 1024,
  // Scripts cannot see protocol pings: these tell a page that its line still lives.
  pingMs: 20_000,
  // Below what proxies wait for an answer.
  pollMs: 20_000,
  // What comes together is told together: a request for each token would help nobody.
  pollSettleMs: 100,
  // Two of our pings and some time to answer; many proxies cut a silent line at 60 s too.
  idleSocketS: 50,
  // Bun's largest is 255; a slow head or body is cut then.
  idleRequestS: 30,

  // Who waits in line is told each change of his place, but not more often.
  placeMs: 500,
  replyBytesMax: 4 * 1024 * 1024,
  // Leaves 100 for a busy machine's delays: a kill may cost 250.
  checkpointMs: 150,
  patchMs: 40,
  leaseMs: 30_000,
  shutdownMs: 5000,

  upstreamCallsMax: 3,
  // Reasoning models and cold starts keep still for long before their first byte.
  upstreamFirstByteMs: 60_000,
  upstreamIdleMs: 120_000,
  upstreamCallMs: 3_600_000,
  upstreamEventBytesMax: 1024 * 1024,
  upstreamErrorBytesMax: 16 * 1024,
  upstreamErrorChars: 500,
  // A longer Retry-After is for the person to wait out, not for a run.
  retryAfterMsMax: 5000,

  // Prices change seldom; a list that can't be had is asked for sooner, and ever later.
  catalogueFreshMs: 900_000,
  catalogueWaitMs: 15_000,
  catalogueBytesMax: 32 * 1024 * 1024,
  catalogueModels: 10_000,
  catalogueOffers: 32,

  // Temporary chats: all that memory holds of them, and how long one lives that nobody looks at.
  temporaryBytesMax: 64 * 1024 * 1024,
  temporaryPerAccount: 10,
  temporaryIdleMs: 10 * 60_000,
  temporarySweepMs: 30_000,

  // SQLite blocks the whole process while it waits for a lock.
  storeBusyMs: 250,
};
