// Line drawings of 24 x 24 for the fixtures.

const PATHS: Record<string, string[]> = {
  kitchen: ["M5 21h7", "M8.5 21V9a5 5 0 0 1 10 0v2", "M16 11h5", "M18.5 14.5v.5M18.5 18v.5"],
  basin: ["M3 11.5h18", "M4.5 11.5c.3 4.5 3 7 7.5 7s7.2-2.5 7.5-7", "M12 18.5V21", "M9 21h6", "M11 11.5V6.5a2.7 2.7 0 0 1 5.4 0V8"],
  shower: ["M4 21V6.5a3.5 3.5 0 0 1 7 0", "M6.5 11.5a4.5 4.5 0 0 1 9 0z", "M8 15v1.5M11 15v3M14 15v1.5M9.5 19.5v1M13 19v1.5"],
  bath: ["M3 12h18v1.5a5 5 0 0 1-5 5H8a5 5 0 0 1-5-5z", "M6 12V6a2 2 0 0 1 4 0v.5", "M7.5 18.5L6.5 21M16.5 18.5l1 2.5"],
  drop: ["M12 3c4 5 6.2 8 6.2 11.2a6.2 6.2 0 0 1-12.4 0C5.8 11 8 8 12 3z"],
};

const KINDS: [RegExp, string][] = [
  [/shower|dusch/i, "shower"],
  [/bath|tub|bad/i, "bath"],
  [/kitchen|sink|k(ü|ue)che/i, "kitchen"],
  [/basin|wash|lavatory|toilet/i, "basin"],
];

export function iconPaths(fixture: string): string[] {
  const kind = KINDS.find(([pattern]) => pattern.test(fixture));
  return PATHS[kind?.[1] ?? "drop"] ?? [];
}
