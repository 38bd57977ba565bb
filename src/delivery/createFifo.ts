/** A queue whose front is taken without moving the rest. */
export type Fifo<Item> = {
  push(item: Item): void;
  peek(): Item | undefined;
  shift(): Item | undefined;
  size(): number;
};

export function createFifo<Item>(): Fifo<Item> {
  let items: (Item | undefined)[] = [];
  let front = 0;
  return {
    push: (item) => void items.push(item),
    peek: () => items[front],
    shift() {
      const item = items[front];
      if (front < items.length) items[front++] = undefined;
      if (front > 1_000 && front * 2 > items.length) {
        items = items.slice(front);
        front = 0;
      }
      return item;
    },
    size: () => items.length - front,
  };
}
