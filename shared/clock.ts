/** The present instant as both databases keep it: UTC, `YYYY-MM-DD hh:mm:ss.ffffff`. */
export function utcNow(): string {
  return toDatabaseInstant(new Date());
}

/** An instant as both databases keep it. */
export function toDatabaseInstant(date: Date): string {
  return `${date.toISOString().slice(0, 23).replace("T", " ")}000`;
}

/** The present civil date, in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** An instant of the API as both databases keep it, to the microsecond. */
export function storedInstant(text: string): string {
  const [seconds, fraction = ""] = text.replace("T", " ").replace("Z", "").split(".");
  return `${seconds}.${fraction.padEnd(6, "0")}`;
}
