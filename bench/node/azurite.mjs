// Azurite's blob service on a free port, its requests not logged; prints its URL. Argument: the folder that it keeps its blobs in.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";

const probe = createServer().listen(0, "127.0.0.1", () => {
  const { port } = probe.address();
  probe.close(() => {
    const package_ = dirname(createRequire(import.meta.url).resolve("azurite/package.json"));
    const child = spawn(process.execPath, [join(package_, "dist/src/blob/main.js"), "--location", process.argv[2], "--blobHost", "127.0.0.1", "--blobPort", String(port), "--silent", "--disableTelemetry", "--skipApiVersionCheck"], { stdio: ["ignore", "pipe", "inherit"] });
    const url = `http://127.0.0.1:${port}`;
    const ready = setInterval(() => fetch(url).then(() => (clearInterval(ready), console.log(url)), () => {}), 50);
    child.on("exit", (code) => process.exit(code ?? 1));
  });
});
