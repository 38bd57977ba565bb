/** What goes over the wire, as the simulator makes and reads it. */

export type WireButton = { title: string; type: string; payload: string };

/** A webhook event; ids and times are strings. */
export type WireEvent = {
  app_id: string;
  event_name: string;
  timestamp: string;
  oa_id?: string;
  user_id_by_app?: string;
  sender?: { id: string; admin_id?: string };
  recipient?: { id: string };
  follower?: { id: string };
  source?: string;
  message?: {
    msg_id: string;
    text?: string;
    quote_msg_id?: string;
    attachments?: { type: string; payload: Record<string, unknown> }[];
  };
  info?: Record<string, unknown>;
  [other: string]: unknown;
};

/** A message as the person sees it. Plain data. */
export type ShownMessage = {
  id: string;
  userId: string;
  at: Date;
  fromOa: boolean;
  text: string;
  buttons: WireButton[];
  image?: string; // its address, or the id of its upload
  file?: { name: string; size: number };
  contactCard?: { title: string; subtitle?: string };
  template?: { id: string; data: Record<string, string> };
  /** Sent where the platform bills it. */
  billed?: boolean;
  other?: string; // 'sticker' …
};
