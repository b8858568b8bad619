// Pictures that are told apart at a glance, made on the spot.
import { deflateSync } from "node:zlib";

const crcs = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]), out = Buffer.alloc(body.length + 8);
  let crc = 0xffffffff;
  for (const byte of body) crc = crcs[(crc ^ byte) & 255] ^ (crc >>> 8);
  out.writeUInt32BE(data.length, 0); body.copy(out, 4); out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}

// A PNG of stripes that lie or stand, in two colours that the seed gives.
export function stripes(lying, seed) {
  const size = 96, period = 8 + (seed * 5) % 17, rows = Buffer.alloc(size * (size * 3 + 1));
  const ink = [seed * 37 % 100, seed * 59 % 100, seed * 83 % 100], paper = ink.map((c) => 255 - c);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      ((lying ? y : x) % period < period / 2 ? ink : paper).forEach((c, i) => { rows[y * (size * 3 + 1) + 1 + x * 3 + i] = c; });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0); head.writeUInt32BE(size, 4); head[8] = 8; head[9] = 2;
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}
