// Blobs through Microsoft's client for Node.js.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";

const account = "blobtests" + randomBytes(3).toString("hex");
const service = new BlobServiceClient(`${process.env.ISOBAR_AZURE_ENDPOINT}/${account}`, new StorageSharedKeyCredential(account, "a2V5"));
const container = service.getContainerClient("box");
const all = async (pages) => { const found = []; for await (const item of pages) found.push(item); return found; };
const fails = async (promise, status, code) => {
  const error = await promise.then(() => assert.fail(`${status} expected`), (e) => e);
  assert.deepEqual([error.statusCode, error.code ?? error.details?.errorCode], [status, code], error.stack);
};

async function containers() {
  await fails(container.getProperties(), 404, "ContainerNotFound");
  assert.equal(await container.exists(), false);
  await container.create({ metadata: { team: "blue" } });
  assert.equal((await container.getProperties()).metadata.team, "blue");
  await fails(container.create(), 409, "ContainerAlreadyExists");
  await fails(service.getContainerClient("No_Good").create(), 400, "InvalidResourceName");
  assert.deepEqual((await all(service.listContainers())).map((c) => c.name), ["box"]);
}

async function whole() {
  const blob = container.getBlockBlobClient("a folder/ä & b.txt");
  const put = await blob.upload("hello blobs", 11, { blobHTTPHeaders: { blobContentType: "text/plain", blobCacheControl: "no-store" }, metadata: { kind: "greeting" } });
  const got = await blob.getProperties();
  assert.deepEqual([got.etag, got.contentType, got.cacheControl, got.metadata.kind, got.contentLength, got.blobType], [put.etag, "text/plain", "no-store", "greeting", 11, "BlockBlob"]);
  assert.equal((await blob.downloadToBuffer()).toString(), "hello blobs");
  assert.equal((await blob.downloadToBuffer(6, 3)).toString(), "blo");
  await fails(blob.download(50, 1), 416, "InvalidRange");
  await fails(blob.upload("x", 1, { conditions: { ifNoneMatch: "*" } }), 409, "BlobAlreadyExists");
  await fails(blob.upload("x", 1, { conditions: { ifMatch: '"other"' } }), 412, "ConditionNotMet");
  await blob.upload("hello again", 11, { conditions: { ifMatch: put.etag } });
  await blob.setMetadata({ a: "b" });
  assert.deepEqual((await blob.getProperties()).metadata, { a: "b" });
  const copy = container.getBlobClient("copy");
  assert.equal((await (await copy.beginCopyFromURL(blob.url)).pollUntilDone()).copyStatus, "success");
  assert.equal((await copy.downloadToBuffer()).toString(), "hello again");
  await copy.delete();
  await fails(copy.getProperties(), 404, "BlobNotFound");
  await fails(copy.download(), 404, "BlobNotFound");
  assert.equal(await copy.exists(), false);
}

async function blocks() {
  const blob = container.getBlockBlobClient("in blocks");
  const id = (text) => Buffer.from(text).toString("base64");
  await blob.stageBlock(id("02"), "two", 3);
  await blob.stageBlock(id("01"), "one,", 4);
  await blob.stageBlock(id("03"), "unused", 6);
  assert.equal(await blob.exists(), false);
  assert.equal((await blob.getBlockList("uncommitted")).uncommittedBlocks.length, 3);
  await fails(blob.commitBlockList([id("09")]), 400, "InvalidBlockList");
  await blob.commitBlockList([id("01"), id("02"), id("01")], { blobHTTPHeaders: { blobContentType: "text/x" } });
  assert.equal((await blob.downloadToBuffer()).toString(), "one,twoone,");
  assert.equal((await blob.getProperties()).contentType, "text/x");
  assert.equal((await blob.getBlockList("uncommitted")).uncommittedBlocks?.length ?? 0, 0);
  const big = randomBytes(9 << 20);
  await container.getBlockBlobClient("big").uploadData(big, { blockSize: 2 << 20, maxSingleShotSize: 1 << 20 });
  assert.ok((await container.getBlobClient("big").downloadToBuffer()).equals(big));
}

async function listings() {
  for (const name of ["l/a", "l/b", "l/c/1", "l/c/2", "m"]) await container.getBlockBlobClient(name).upload(name, name.length, { metadata: { n: name } });
  assert.deepEqual((await all(container.listBlobsFlat({ prefix: "l/", includeMetadata: true }))).map((b) => [b.name, b.metadata.n, b.properties.contentLength]), [["l/a", "l/a", 3], ["l/b", "l/b", 3], ["l/c/1", "l/c/1", 5], ["l/c/2", "l/c/2", 5]]);
  assert.deepEqual((await all(container.listBlobsByHierarchy("/", { prefix: "l/" }))).map((b) => `${b.kind} ${b.name}`).sort(), ["blob l/a", "blob l/b", "prefix l/c/"]);
  const pages = [];
  for await (const page of container.listBlobsFlat({ prefix: "l/" }).byPage({ maxPageSize: 3 })) pages.push(page.segment.blobItems.length);
  assert.deepEqual(pages, [3, 1]);
  await fails(container.getPageBlobClient("pages").create(512), 501, "NotImplemented");
  await container.delete();
  assert.equal(await container.exists(), false);
}

for (const step of [containers, whole, blocks, listings]) {
  await step();
  console.log(step.name);
}
