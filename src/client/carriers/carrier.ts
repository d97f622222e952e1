/** What a line needs of whatever carries frames one way and ops the other. */
import type { Frame, Position, StoredOp } from "../../protocol.ts";

export type CarrierEvents = {
  /** The page is joining, and ops may be sent. */
  opened(): void;
  frame(frame: Frame): void;
  /** Nothing more will come. */
  closed(): void;
};

export type Carrier = {
  send(op: StoredOp): void;
  /** Asks to be led from where the page is to the present. */
  join(): void;
  /** Asks for any answer at all. */
  ping(): void;
  isOpen(): boolean;
  close(): void;
};

/** A carrier that joins by itself when it opens. */
export type OpenCarrier = (events: CarrierEvents, position: () => Position) => Carrier;
