// Unpacks the packaged Chromium into the temporary folder (TMPDIR) and prints where it is.
import { join } from "node:path";
import { tmpdir } from "node:os";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { inflate } from "@sparticuz/chromium";

const bin = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "..", "bin");
for (const name of ["fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br", "chromium.br"]) {
  await inflate(join(bin, name));
}
console.log(join(tmpdir(), "chromium"));
