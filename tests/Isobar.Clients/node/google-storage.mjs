// Buckets, objects, the three kinds of upload, listings, preconditions, copies and signed URLs through Google's client for Node.js.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { Storage } from "@google-cloud/storage";

const storage = new Storage({ retryOptions: { autoRetry: false } });
const endpoint = process.env.STORAGE_EMULATOR_HOST;
const name = "flows-" + randomBytes(6).toString("hex");
const bucket = storage.bucket(name);
const fails = async (promise, code, reason) => {
  const error = await promise.then(() => assert.fail(`${code} expected`), (e) => e);
  assert.equal(error.code, code, error.stack);
  if (reason) assert.equal(error.errors?.[0]?.reason, reason, JSON.stringify(error.errors));
  return error;
};

async function buckets() {
  const [made] = await storage.createBucket(name, { location: "europe-west1", labels: { team: "blue" }, lifecycle: { rule: [{ action: { type: "Delete" }, condition: { age: 3 } }] } });
  assert.equal(made.metadata.location, "EUROPE-WEST1");
  assert.equal(made.metadata.metageneration, "1");
  assert.deepEqual((await bucket.exists())[0], true);
  assert.ok((await storage.getBuckets({ prefix: name }))[0].some((b) => b.name === name));
  await fails(storage.createBucket(name), 409, "conflict");
  await fails(storage.createBucket("Not_A_Name"), 400, "invalid");
  await fails(storage.bucket("missing-" + name).getMetadata(), 404, "notFound");
  const [changed] = await bucket.setMetadata({ labels: { team: null, tier: "gold" } });
  assert.deepEqual(changed.labels, { tier: "gold" });
  assert.equal(changed.metageneration, "2");
  assert.equal(changed.lifecycle.rule.length, 1);
  await fails(bucket.setMetadata({ labels: { a: "b" } }, { ifMetagenerationMatch: 1 }), 412, "conditionNotMet");
  const [a, b] = [storage.bucket(name + "-a"), storage.bucket(name + "-b")];
  await Promise.all([a.create(), b.create()]);
  const [page, next] = await storage.getBuckets({ prefix: name + "-", maxResults: 1, autoPaginate: false });
  assert.equal(page[0].name, a.name);
  assert.equal((await storage.getBuckets({ ...next, autoPaginate: false }))[0][0].name, b.name);
  await Promise.all([a.delete(), b.delete()]);
}

async function objects() {
  const body = "hällo wörld";
  const file = bucket.file("a/ü +&?%.txt");
  await file.save(body, { resumable: false, contentType: "text/plain", metadata: { cacheControl: "no-cache", metadata: { Colour: "blue" } } });
  const [metadata] = await file.getMetadata();
  assert.equal(metadata.md5Hash, createHash("md5").update(body).digest("base64"));
  assert.deepEqual([metadata.contentType, metadata.cacheControl, metadata.metadata, metadata.size, metadata.metageneration], ["text/plain", "no-cache", { Colour: "blue" }, String(Buffer.byteLength(body)), "1"]);
  assert.ok(metadata.crc32c && metadata.etag && metadata.generation && metadata.timeCreated);
  assert.equal((await file.download())[0].toString(), body);
  assert.equal((await file.download({ start: 1, end: 4 }))[0].toString(), Buffer.from(body).subarray(1, 5).toString());
  await fails(bucket.file("missing").getMetadata(), 404, "notFound");
  await fails(bucket.file("missing").download(), 404);
  await fails(storage.bucket("missing-" + name).file("x").save("x", { resumable: false }), 404, "notFound");
  await fails(file.download({ start: 1000, end: 2000 }), 416);
  for (const key of ["a/../b", "./x", "double//slash", "/leading", "trailing/", "o/o/o", "100%25"]) {
    await bucket.file(key).save(key, { resumable: false });
    assert.equal((await bucket.file(key).download())[0].toString(), key);
    await bucket.file(key).delete();
  }
  await file.setMetadata({ contentType: "text/markdown", metadata: { Colour: null, shape: "round" } });
  const [patched] = await file.getMetadata();
  assert.deepEqual([patched.contentType, patched.metadata, patched.metageneration, patched.cacheControl, patched.generation], ["text/markdown", { shape: "round" }, "2", "no-cache", metadata.generation]);
  await bucket.file("empty").save("", { resumable: false });
  assert.equal((await bucket.file("empty").download())[0].length, 0);
  const zipped = bucket.file("zipped.txt");
  await zipped.save(gzipSync(body.repeat(100)), { resumable: false, contentType: "text/plain", metadata: { contentEncoding: "gzip" } });
  assert.equal((await zipped.download())[0].toString(), body.repeat(100));
  const plain = await fetch(`${endpoint}/storage/v1/b/${name}/o/zipped.txt?alt=media`, { headers: { "Accept-Encoding": "identity" } });
  assert.equal(await plain.text(), body.repeat(100));
  const bad = await fetch(`${endpoint}/upload/storage/v1/b/${name}/o?uploadType=media&name=bad`, { method: "POST", body: "x", headers: { "x-goog-hash": "crc32c=AAAAAA==" } });
  assert.equal(bad.status, 400);
  assert.equal((await bucket.file("bad").exists())[0], false);
}

async function resumable() {
  const data = randomBytes(3 * 1024 * 1024 + 17);
  const file = bucket.file("large.bin");
  await file.save(data, { resumable: true, chunkSize: 1024 * 1024, contentType: "application/x-test" });
  assert.ok((await file.download())[0].equals(data));
  assert.equal((await file.getMetadata())[0].contentType, "application/x-test");
  await bucket.file("single.bin").save(data, { resumable: true });
  assert.ok((await bucket.file("single.bin").download())[0].equals(data));

  // By hand: a chunk, an interruption in the middle of the next one, the question how far it got, and the rest.
  const [uri] = await bucket.file("resumed.bin").createResumableUpload({ metadata: { contentType: "application/x-resumed" } });
  const part = 512 * 1024;
  const first = await fetch(uri, { method: "PUT", body: data.subarray(0, part), headers: { "Content-Range": `bytes 0-${part - 1}/${data.length}` }, redirect: "manual" });
  assert.deepEqual([first.status, first.headers.get("range")], [308, `bytes=0-${part - 1}`]);
  const { request } = await import("node:http");
  await new Promise((done) => {
    const broken = request(uri, { method: "PUT", headers: { "Content-Range": `bytes ${part}-${data.length - 1}/${data.length}`, "Content-Length": data.length - part } });
    broken.on("error", () => done());
    broken.write(data.subarray(part, 2 * part), () => setTimeout(() => broken.destroy(new Error("cut")), 200));
  });
  const ask = async () => {
    const answer = await fetch(uri, { method: "PUT", headers: { "Content-Range": `bytes */${data.length}` }, redirect: "manual" });
    assert.equal(answer.status, 308);
    return Number(answer.headers.get("range").split("-")[1]) + 1;
  };
  const reached = await ask();
  assert.ok(reached >= part && reached <= 2 * part, `${reached}`);
  assert.equal((await bucket.file("resumed.bin").exists())[0], false);
  const odd = await fetch(uri, { method: "PUT", body: "abc", headers: { "Content-Range": `bytes ${reached}-${reached + 2}/*` }, redirect: "manual" });
  assert.equal(odd.status, 400);
  const last = await fetch(uri, { method: "PUT", body: data.subarray(reached), headers: { "Content-Range": `bytes ${reached}-${data.length - 1}/${data.length}` } });
  assert.equal(last.status, 200);
  assert.equal((await last.json()).name, "resumed.bin");
  assert.ok((await bucket.file("resumed.bin").download())[0].equals(data));
  const again = await fetch(uri, { method: "PUT", headers: { "Content-Range": `bytes */${data.length}` } });
  assert.equal((await again.json()).size, String(data.length));
  const [cancelled] = await bucket.file("cancelled.bin").createResumableUpload();
  assert.equal((await fetch(cancelled, { method: "DELETE" })).status, 499);
  assert.equal((await fetch(cancelled, { method: "PUT", headers: { "Content-Range": "bytes */*" } })).status, 404);
}

async function listings() {
  const folder = storage.bucket(name + "-list");
  await folder.create();
  await Promise.all(["a", "b/1", "b/2", "b/c/3", "d", "é"].map((key) => folder.file(key).save(key, { resumable: false })));
  const names = (files) => files.map((f) => f.name);
  assert.deepEqual(names((await folder.getFiles())[0]), ["a", "b/1", "b/2", "b/c/3", "d", "é"]);
  assert.deepEqual(names((await folder.getFiles({ prefix: "b/" }))[0]), ["b/1", "b/2", "b/c/3"]);
  const [files, , response] = await folder.getFiles({ delimiter: "/", autoPaginate: false });
  assert.deepEqual([names(files), response.prefixes], [["a", "d", "é"], ["b/"]]);
  assert.deepEqual(names((await folder.getFiles({ startOffset: "b/2", endOffset: "d" }))[0]), ["b/2", "b/c/3"]);
  assert.deepEqual(names((await folder.getFiles({ matchGlob: "b/*" }))[0]), ["b/1", "b/2"]);
  assert.deepEqual(names((await folder.getFiles({ matchGlob: "{a,b/[!1-2],b/**[3-9]}" }))[0]), ["a", "b/c/3"]);
  await assert.rejects(folder.getFiles({ matchGlob: "b/[2-1]" }), (e) => e.code === 400 && /b\/\[2-1\].*matchGlob/.test(e.message));
  await assert.rejects(folder.getFiles({ matchGlob: "{a,b" }), (e) => e.code === 400 && /matchGlob/.test(e.message));
  const seen = [];
  for (let query = { maxResults: 2, autoPaginate: false }; query;) {
    const [page, next] = await folder.getFiles(query);
    assert.ok(page.length <= 2);
    seen.push(...names(page));
    query = next;
  }
  assert.deepEqual(seen, ["a", "b/1", "b/2", "b/c/3", "d", "é"]);
  await fails(folder.getFiles({ pageToken: "nonsense", autoPaginate: false }), 400, "invalid");
  await fails(folder.getFiles({ softDeleted: true, autoPaginate: false }), 501, "notImplemented");
  const slim = await (await fetch(`${endpoint}/storage/v1/b/${folder.name}/o?fields=items(name,size)&maxResults=1`)).json();
  assert.deepEqual(slim, { items: [{ name: "a", size: "1" }] });
  await fails(folder.delete(), 409, "conflict");
  await folder.deleteFiles();
  await folder.delete();
}

async function generations() {
  const versions = storage.bucket(name + "-gen");
  await versions.create({ versioning: { enabled: true } });
  const file = versions.file("v");
  await file.save("one", { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } });
  const one = (await file.getMetadata())[0].generation;
  await fails(versions.file("v").save("no", { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } }), 412, "conditionNotMet");
  await versions.file("v").save("two", { resumable: false, preconditionOpts: { ifGenerationMatch: one } });
  const two = (await versions.file("v").getMetadata())[0].generation;
  assert.ok(BigInt(two) > BigInt(one));
  assert.equal((await versions.file("v", { generation: one }).download())[0].toString(), "one");
  assert.equal((await versions.getFiles({ versions: true }))[0].length, 2);
  assert.equal((await versions.getFiles())[0].length, 1);
  await fails(versions.file("v").delete({ ifGenerationMatch: one }), 412);
  await versions.file("v").delete();
  await fails(versions.file("v").getMetadata(), 404);
  await fails(versions.file("v").delete(), 404);
  assert.equal((await versions.file("v", { generation: two }).download())[0].toString(), "two");
  await versions.file("v").save("three", { resumable: true, preconditionOpts: { ifGenerationMatch: 0 } });
  for (const old of (await versions.getFiles({ versions: true }))[0]) await versions.file("v", { generation: old.metadata.generation }).delete();
  assert.equal((await versions.getFiles({ versions: true }))[0].length, 0);
  const many = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => bucket.file("race").save(`${i}`, { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } })));
  assert.equal(many.filter((m) => m.status === "fulfilled").length, 1);
}

async function copies() {
  const data = randomBytes(2 * 1024 * 1024 + 5);
  const source = bucket.file("source.bin");
  await source.save(data, { resumable: false, contentType: "image/png", metadata: { metadata: { k: "v" } } });
  const [copy] = await source.copy(bucket.file("copy/of it.bin"));
  assert.ok((await copy.download())[0].equals(data));
  assert.deepEqual((await copy.getMetadata())[0].metadata, { k: "v" });
  assert.equal((await copy.getMetadata())[0].contentType, "image/png");
  await source.move(bucket.file("moved.bin"));
  assert.equal((await source.exists())[0], false);
  await bucket.file("moved.bin").moveFileAtomic("once/more.bin");
  assert.deepEqual([(await bucket.file("moved.bin").exists())[0], (await bucket.file("once/more.bin").getMetadata())[0].metadata], [false, { k: "v" }]);
  await fails(bucket.file("moved.bin").moveFileAtomic("x"), 404, "notFound");
  await fails(bucket.file("once/more.bin").moveFileAtomic("copy/of it.bin", { preconditionOpts: { ifGenerationMatch: 0 } }), 412, "conditionNotMet");
  await bucket.file("once/more.bin").moveFileAtomic(bucket.file("moved.bin"));
  const url = `${endpoint}/storage/v1/b/${name}/o/moved.bin/rewriteTo/b/${name}/o/steps.bin?maxBytesRewrittenPerCall=1048576`;
  let answer = await (await fetch(url, { method: "POST" })).json();
  assert.deepEqual([answer.done, answer.totalBytesRewritten], [false, "1048576"]);
  for (let calls = 0; !answer.done; calls++) {
    assert.ok(calls < 5);
    answer = await (await fetch(`${url}&rewriteToken=${encodeURIComponent(answer.rewriteToken)}`, { method: "POST" })).json();
  }
  assert.equal(answer.resource.size, String(data.length));
  await Promise.all(["p1", "p2", "p3"].map((p) => bucket.file(p).save(p, { resumable: false })));
  const [joined] = await bucket.combine(["p1", "p2", "p3"], bucket.file("joined.txt"));
  assert.equal((await joined.download())[0].toString(), "p1p2p3");
  const [composed] = await joined.getMetadata();
  assert.deepEqual([composed.componentCount, composed.md5Hash, composed.size], [3, undefined, "6"]);
  await fails(bucket.combine(["p1", "missing"], bucket.file("never")), 404);
}

async function signedUrls() {
  const file = bucket.file("signed/a b.txt");
  const options = { version: "v4", expires: Date.now() + 60_000 };
  const [write] = await file.getSignedUrl({ ...options, action: "write", contentType: "text/plain" });
  assert.equal((await fetch(write, { method: "PUT", body: "signed", headers: { "Content-Type": "text/plain" } })).status, 200);
  const [read] = await file.getSignedUrl({ ...options, action: "read" });
  const got = await fetch(read);
  assert.deepEqual([got.status, await got.text(), got.headers.get("content-type")], [200, "signed", "text/plain"]);
  assert.equal((await fetch(read.replace(/Signature=..../, "Signature=0000"))).status, 403);
  assert.equal((await fetch(read, { method: "PUT", body: "x" })).status, 403);
  const [old] = await file.getSignedUrl({ ...options, action: "read", accessibleAt: Date.now() - 20_000_000, expires: Date.now() - 10_000_000 }).catch(() => [null]);
  if (old) assert.equal((await fetch(old)).status, 400);
  const [start] = await bucket.file("signed/resumable").getSignedUrl({ ...options, action: "resumable" });
  const session = await fetch(start, { method: "POST", headers: { "x-goog-resumable": "start" } });
  assert.equal(session.status, 201);
  assert.equal((await fetch(session.headers.get("location"), { method: "PUT", body: "resumed" })).status, 200);
  assert.equal((await bucket.file("signed/resumable").download())[0].toString(), "resumed");
}

async function policies() {
  const [policy] = await bucket.iam.getPolicy();
  assert.ok(policy.bindings.some((b) => b.role === "roles/storage.legacyBucketOwner"));
  policy.bindings.push({ role: "roles/storage.objectViewer", members: ["allUsers"] });
  const [set] = await bucket.iam.setPolicy(policy);
  assert.deepEqual(set.bindings, policy.bindings);
  assert.deepEqual((await bucket.iam.getPolicy())[0].bindings, policy.bindings);
  await fails(bucket.iam.setPolicy(policy), 412, "conditionNotMet");
  await fails(bucket.iam.setPolicy({ bindings: [{ role: "roles/storage.objectViewer", members: ["nobody"] }] }), 400, "invalid");
  assert.deepEqual((await bucket.iam.testPermissions(["storage.objects.get", "storage.buckets.get"]))[0], { "storage.objects.get": true, "storage.buckets.get": true });
  await bucket.setMetadata({ iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } });
  assert.equal((await bucket.getMetadata())[0].iamConfiguration.uniformBucketLevelAccess.enabled, true);
}

async function holds() {
  const file = bucket.file("held");
  await file.save("kept", { resumable: false });
  await file.setMetadata({ temporaryHold: true });
  await fails(file.delete(), 403, "forbidden");
  await fails(file.save("changed", { resumable: false }), 403, "forbidden");
  await fails(bucket.file("p1").copy(file), 403, "forbidden");
  await file.setMetadata({ temporaryHold: false });
  await file.save("changed", { resumable: false });
  assert.equal((await file.download())[0].toString(), "changed");
}

async function unsupported() {
  await fails(bucket.file("own-key", { encryptionKey: randomBytes(32) }).save("x", { resumable: false }), 501, "notImplemented");
  await fails(bucket.file("kms", { kmsKeyName: "projects/p/locations/l/keyRings/r/cryptoKeys/k" }).save("x", { resumable: false }), 501, "notImplemented");
  await fails(bucket.file("public").save("x", { resumable: false, public: true }), 400, "invalid");
  await fails(bucket.file("p1").setMetadata({ retention: { mode: "Locked", retainUntilTime: "2099-01-01T00:00:00Z" } }), 501, "notImplemented");
  await fails(bucket.createNotification("topic"), 501, "notImplemented");
  await fails(storage.createHmacKey("a@example.com"), 501, "notImplemented");
}

async function cleanUp() {
  await bucket.deleteFiles({ force: true });
  await bucket.delete();
  assert.equal((await bucket.exists())[0], false);
}

for (const flow of [buckets, objects, resumable, listings, generations, copies, signedUrls, policies, holds, unsupported, cleanUp]) {
  await flow();
  console.log(flow.name);
}
