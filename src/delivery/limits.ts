/** How fast may be sent: buckets that are asked when the next message may go. All times are ms since 1970. */

export type Bucket = {
  /** The first moment at which one more may go; the past when that is now. */
  readyAt(): number;
  /** One goes at `now`. */
  take(now: number): void;
};

/** `perSecond` on the average, `burst` at once after a rest. */
export function createBucket(perSecond: () => number, burst: () => number): Bucket {
  let emptyAt = 0; // when the bucket would be full again if nothing more were taken
  return {
    readyAt: () => emptyAt - ((Math.max(1, burst()) - 1) * 1000) / perSecond(),
    take(now) {
      emptyAt = Math.max(emptyAt, now) + 1000 / perSecond();
    },
  };
}

/** At most `count` within any `windowMs`. */
export function createWindow(count: number, windowMs: number): Bucket {
  const taken: number[] = [];
  return {
    readyAt: () => {
      const oldest = taken.length < count ? undefined : taken[taken.length - count];
      return oldest === undefined ? 0 : oldest + windowMs;
    },
    take(now) {
      taken.push(now);
      if (taken.length > count) taken.shift();
    },
  };
}
