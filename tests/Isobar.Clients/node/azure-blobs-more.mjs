// What Blob Storage does besides storing: append blobs, leases, snapshots, tags, copies, batches and access, through Microsoft's client for Node.js.
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";

const account = "blobmore" + randomBytes(3).toString("hex");
const service = new BlobServiceClient(`${process.env.ISOBAR_AZURE_ENDPOINT}/${account}`, new StorageSharedKeyCredential(account, "a2V5"));
const container = service.getContainerClient("box");
const all = async (pages) => { const found = []; for await (const item of pages) found.push(item); return found; };
const fails = async (promise, status, code) => {
  const error = await promise.then(() => assert.fail(`${status} ${code} expected`), (e) => e);
  assert.deepEqual([error.statusCode, error.code ?? error.details?.errorCode], [status, code], error.stack);
};
const text = async (blob) => (await blob.downloadToBuffer()).toString();
const put = async (name, content, options) => { const blob = container.getBlockBlobClient(name); await blob.upload(content, content.length, options); return blob; };

async function append() {
  await container.create();
  const log = container.getAppendBlobClient("log");
  const made = await log.create({ metadata: { kind: "log" }, blobHTTPHeaders: { blobContentType: "text/plain" } });
  const first = await log.appendBlock("one\n", 4, { conditions: { ifMatch: made.etag, appendPosition: 0 } });
  assert.deepEqual([first.blobAppendOffset, first.blobCommittedBlockCount], ["0", 1]);
  await fails(log.appendBlock("x", 1, { conditions: { appendPosition: 0 } }), 412, "AppendPositionConditionNotMet");
  await fails(log.appendBlock("x", 1, { conditions: { maxSize: 4 } }), 412, "MaxBlobSizeConditionNotMet");
  await log.appendBlock("two\n", 4);
  const source = await put("source", "three\nfour\n");
  assert.equal((await log.appendBlockFromURL(source.url, 0, 6)).blobCommittedBlockCount, 3);
  assert.equal(await text(log), "one\ntwo\nthree\n");
  const got = await log.getProperties();
  assert.deepEqual([got.blobType, got.blobCommittedBlockCount, got.contentLength, got.metadata.kind, got.contentType], ["AppendBlob", 3, 14, "log", "text/plain"]);
  assert.equal((await all(container.listBlobsFlat({ prefix: "log" })))[0].properties.blobType, "AppendBlob");
  await fails(container.getAppendBlobClient("source").appendBlock("x", 1), 409, "InvalidBlobType");
  await Promise.all(Array.from({ length: 8 }, () => log.appendBlock("+", 1)));
  assert.equal(await text(log), "one\ntwo\nthree\n++++++++");
}

async function leases() {
  const blob = await put("leased", "1");
  const lease = blob.getBlobLeaseClient();
  const { leaseId } = await lease.acquireLease(15);
  assert.deepEqual([(await blob.getProperties()).leaseState, (await blob.getProperties()).leaseStatus, (await blob.getProperties()).leaseDuration], ["leased", "locked", "fixed"]);
  await fails(blob.upload("2", 1), 412, "LeaseIdMissing");
  await fails(blob.delete(), 412, "LeaseIdMissing");
  await fails(blob.upload("2", 1, { conditions: { leaseId: randomUUID() } }), 412, "LeaseIdMismatchWithBlobOperation");
  await fails(blob.getBlobLeaseClient().acquireLease(15), 409, "LeaseAlreadyPresent");
  await blob.upload("2", 1, { conditions: { leaseId } });
  assert.equal(await text(blob), "2");
  await lease.renewLease();
  const other = randomUUID();
  await lease.changeLease(other);
  await fails(blob.getBlobLeaseClient(leaseId).renewLease(), 409, "LeaseIdMismatchWithLeaseOperation");
  const broken = await lease.breakLease(60);
  assert.ok(broken.leaseTime > 0 && broken.leaseTime <= 15);
  assert.equal((await blob.getProperties()).leaseState, "breaking");
  await fails(blob.upload("3", 1), 412, "LeaseIdMissing");
  assert.equal((await lease.breakLease(0)).leaseTime, 0);
  assert.equal((await blob.getProperties()).leaseState, "broken");
  await blob.upload("3", 1);
  await fails(blob.upload("4", 1, { conditions: { leaseId: other } }), 412, "LeaseLost");
  await lease.releaseLease();
  assert.equal((await blob.getProperties()).leaseState, "available");
  await fails(lease.renewLease(), 409, "LeaseNotPresentWithLeaseOperation");

  const held = service.getContainerClient("held");
  await held.create();
  const whole = held.getBlobLeaseClient();
  await whole.acquireLease(-1);
  assert.equal((await held.getProperties()).leaseDuration, "infinite");
  await fails(held.delete(), 412, "LeaseIdMissing");
  await held.getBlockBlobClient("free").upload("x", 1);
  await held.delete({ conditions: { leaseId: whole.leaseId } });
}

async function snapshots() {
  const blob = await put("kept", "old", { metadata: { n: "1" }, tags: { a: "b" } });
  const before = await blob.getProperties();
  const { snapshot } = await blob.createSnapshot();
  await blob.upload("newer", 5);
  const kept = blob.withSnapshot(snapshot);
  assert.equal(await text(kept), "old");
  assert.deepEqual([(await kept.getProperties()).etag, (await kept.getProperties()).metadata.n], [before.etag, "1"]);
  assert.notEqual((await blob.createSnapshot()).snapshot, snapshot);
  assert.deepEqual((await all(container.listBlobsFlat({ prefix: "kept", includeSnapshots: true }))).map((b) => [b.snapshot === undefined || b.snapshot === "" ? "" : "s", b.properties.contentLength]), [["s", 3], ["s", 5], ["", 5]]);
  assert.equal((await all(container.listBlobsFlat({ prefix: "kept" }))).length, 1);
  await fails(blob.delete(), 409, "SnapshotsPresent");
  const back = container.getBlobClient("restored");
  await (await back.beginCopyFromURL(kept.url)).pollUntilDone();
  assert.equal(await text(back), "old");
  await kept.delete();
  await fails(kept.getProperties(), 404, "BlobNotFound");
  await blob.delete({ deleteSnapshots: "only" });
  assert.equal(await text(blob), "newer");
  await blob.createSnapshot();
  await blob.delete({ deleteSnapshots: "include" });
  assert.equal(await blob.exists(), false);
}

async function tags() {
  const red = await put("t/red", "1", { tags: { colour: "red", size: "10" } });
  await put("t/blue", "2", { tags: { colour: "blue", size: "20" } });
  assert.deepEqual((await red.getTags()).tags, { colour: "red", size: "10" });
  assert.equal((await red.getProperties()).tagCount, 2);
  const etag = (await red.getProperties()).etag;
  await red.setTags({ colour: "red", size: "15" });
  assert.equal((await red.getProperties()).etag, etag);
  const found = async (where, from = service) => (await all(from.findBlobsByTags(where))).map((b) => b.name);
  assert.deepEqual(await found(`"colour" = 'red'`), ["t/red"]);
  assert.deepEqual(await found(`@container = 'box' AND "size" >= '15'`), ["t/blue", "t/red"]);
  assert.deepEqual(await found(`"colour" = 'red' AND "size" > '15'`), []);
  assert.deepEqual(await found(`"colour" = 'blue'`, container), ["t/blue"]);
  const pages = [];
  for await (const page of service.findBlobsByTags(`"size" > '0'`).byPage({ maxPageSize: 1 })) pages.push(...page.blobs.map((b) => b.name));
  assert.deepEqual(pages, ["t/blue", "t/red"]);
  await fails(found(`colour ~ 'x'`), 400, "InvalidQueryParameterValue");
  await fails(red.setTags({ "bad?": "x" }), 400, "InvalidTag");
  await fails(red.download(0, 1, { conditions: { tagConditions: `"colour" = 'green'` } }), 412, "ConditionNotMet");
  assert.deepEqual((await all(container.listBlobsFlat({ prefix: "t/", includeTags: true }))).map((b) => b.tags.colour), ["blue", "red"]);
}

async function copies() {
  const from = await put("from", "content", { metadata: { m: "1" }, blobHTTPHeaders: { blobContentType: "text/x" }, tags: { k: "v" } });
  const copy = container.getBlockBlobClient("to");
  const synced = await copy.syncCopyFromURL(from.url);
  assert.equal(synced.copyStatus, "success");
  const got = await copy.getProperties();
  assert.deepEqual([got.copyStatus, got.copyProgress, got.copyId, got.copySource, got.metadata.m, got.contentType], ["success", "7/7", synced.copyId, from.url, "1", "text/x"]);
  await fails(copy.abortCopyFromURL(synced.copyId), 409, "NoPendingCopyOperation");
  await copy.syncUploadFromURL(from.url, { metadata: { n: "2" } });
  assert.deepEqual([(await copy.getProperties()).copyId, (await copy.getProperties()).metadata], [undefined, { n: "2" }]);
  await copy.stageBlockFromURL("MDE=", from.url, 0, 3);
  await copy.commitBlockList(["MDE="]);
  await copy.stageBlock("MDI=", "++", 2);
  await copy.commitBlockList(["MDI=", "MDE="]);
  assert.equal(await text(copy), "++con");
  assert.deepEqual((await copy.getBlockList("all")).committedBlocks.map((b) => b.size), [2, 3]);
  await fails(copy.syncCopyFromURL("http://example.invalid/acc/box/blob"), 404, "CannotVerifyCopySource");
  await fails(copy.syncCopyFromURL(from.url + "x"), 404, "CannotVerifyCopySource");
  await fails(copy.syncCopyFromURL(from.url, { sourceConditions: { ifMatch: '"no"' } }), 412, "ConditionNotMet");
}

async function properties() {
  const blob = await put("described", "x", { blobHTTPHeaders: { blobContentType: "a/b", blobCacheControl: "no-store" } });
  const before = await blob.getProperties();
  await blob.setHTTPHeaders({ blobContentType: "c/d", blobContentLanguage: "de" });
  const after = await blob.getProperties();
  assert.deepEqual([after.contentType, after.contentLanguage, after.cacheControl], ["c/d", "de", undefined]);
  assert.notEqual(after.etag, before.etag);
  await blob.setMetadata({ k: "v" });
  assert.notEqual((await blob.getProperties()).etag, after.etag);
  await fails(blob.upload("y", 1, { conditions: { ifUnmodifiedSince: new Date(0) } }), 412, "ConditionNotMet");
  await fails(blob.download(0, 1, { conditions: { ifMatch: before.etag } }), 412, "ConditionNotMet");
  assert.equal((await blob.getProperties()).accessTier, "Hot");
  await blob.setAccessTier("Archive");
  await fails(blob.download(), 409, "BlobArchived");
  await blob.setAccessTier("Cool");
  assert.deepEqual([(await blob.getProperties()).accessTier, await text(blob)], ["Cool", "x"]);
}

async function batches() {
  for (const name of ["b/1", "b/2", "b 3"]) await put(name, "x");
  const client = container.getBlobBatchClient();
  const deleted = await client.deleteBlobs([container.getBlobClient("b/1").url, container.getBlobClient("missing").url, container.getBlobClient("b 3").url], new StorageSharedKeyCredential(account, "a2V5"));
  assert.deepEqual([deleted.subResponsesSucceededCount, deleted.subResponsesFailedCount, deleted.subResponses[1].errorCode], [2, 1, "BlobNotFound"]);
  const tiered = await service.getBlobBatchClient().setBlobsAccessTier([container.getBlobClient("b/2").url], new StorageSharedKeyCredential(account, "a2V5"), "Cool");
  assert.equal(tiered.subResponsesSucceededCount, 1);
  assert.equal((await container.getBlobClient("b/2").getProperties()).accessTier, "Cool");
  assert.equal(await container.getBlobClient("b/1").exists(), false);
}

async function access() {
  await container.setMetadata({ team: "green" });
  await container.setAccessPolicy("blob", [{ id: "readers", accessPolicy: { permissions: "r", expiresOn: new Date("2040-01-01T00:00:00Z") } }]);
  const got = await container.getAccessPolicy();
  assert.deepEqual([got.blobPublicAccess, got.signedIdentifiers.map((i) => [i.id, i.accessPolicy.permissions])], ["blob", [["readers", "r"]]]);
  assert.equal((await container.getProperties()).metadata.team, "green");
  await service.setProperties({ deleteRetentionPolicy: { enabled: true, days: 3 } });
  assert.deepEqual((await service.getProperties()).deleteRetentionPolicy, { enabled: true, days: 3 });
  assert.equal((await service.getAccountInfo()).accountKind, "StorageV2");
  for (const name of ["aa", "ab", "ac"]) await service.getContainerClient("page-" + name).create();
  const pages = [];
  for await (const page of service.listContainers({ prefix: "page-" }).byPage({ maxPageSize: 2 })) pages.push(page.containerItems.length);
  assert.deepEqual(pages, [2, 1]);
  await container.delete();
  await container.create();
  assert.deepEqual(await all(container.listBlobsFlat({ includeSnapshots: true, includeUncommitedBlobs: true })), []);
}

// What is not done is refused by its name, and no listing begins anew for a marker that is none.
async function refusals() {
  const blob = container.getBlockBlobClient("refused");
  await fails(blob.upload("x", 1, { encryptionScope: "mine" }), 501, "NotImplemented");
  await fails(blob.upload("x", 1, { legalHold: true }), 501, "NotImplemented");
  await blob.upload("x", 1);
  await fails(blob.download(0, 1, { rangeGetContentCrc64: true }), 501, "NotImplemented");
  await fails(container.listBlobsFlat().byPage({ continuationToken: "nonsense" }).next(), 400, "InvalidQueryParameterValue");
  const old = await fetch(container.url + "?restype=container", { headers: { "x-ms-version": "yesterday", authorization: "Bearer e30.e30." } });
  assert.deepEqual([old.status, old.headers.get("x-ms-error-code")], [400, "InvalidHeaderValue"]);
}

for (const step of [append, leases, snapshots, tags, copies, properties, batches, access, refusals]) {
  await step();
  console.log(step.name);
}
