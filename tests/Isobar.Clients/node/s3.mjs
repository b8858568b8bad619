// Buckets, objects, listings, conditions, versions and tags through the AWS SDK for JavaScript.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import * as s3 from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const pathStyle = new s3.S3Client({ forcePathStyle: true });
const client = pathStyle;
const Bucket = "flows-" + randomBytes(6).toString("hex");
const send = (command) => client.send(command);
const text = async (output) => output.Body.transformToString();
const rejects = async (command, name, status) => {
  const error = await send(command).then(() => assert.fail(`${name} expected`), (e) => e);
  assert.equal(error.name, name, error.stack);
  assert.equal(error.$metadata.httpStatusCode, status);
  assert.ok(error.$metadata.requestId);
  return error;
};

async function buckets() {
  await send(new s3.CreateBucketCommand({ Bucket }));
  await s3.waitUntilBucketExists({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 2 }, { Bucket });
  assert.ok((await send(new s3.ListBucketsCommand({}))).Buckets.some((b) => b.Name === Bucket && b.CreationDate instanceof Date));
  assert.equal((await send(new s3.GetBucketLocationCommand({ Bucket }))).LocationConstraint, undefined);
  await rejects(new s3.CreateBucketCommand({ Bucket: "Not_A_Name" }), "InvalidBucketName", 400);
  await rejects(new s3.HeadBucketCommand({ Bucket: "missing-" + Bucket }), "NotFound", 404);
  const west = new s3.S3Client({ forcePathStyle: true, region: "eu-west-1" });
  await west.send(new s3.CreateBucketCommand({ Bucket: Bucket + "-eu" }));
  assert.equal((await west.send(new s3.GetBucketLocationCommand({ Bucket: Bucket + "-eu" }))).LocationConstraint, "eu-west-1");
  await assert.rejects(west.send(new s3.CreateBucketCommand({ Bucket: Bucket + "-eu" })), { name: "BucketAlreadyOwnedByYou" });
  await west.send(new s3.DeleteBucketCommand({ Bucket: Bucket + "-eu" }));
}

async function objects() {
  const body = "hällo wörld";
  const put = await send(new s3.PutObjectCommand({ Bucket, Key: "a/ü +&?%.txt", Body: body, ContentType: "text/plain", CacheControl: "max-age=3", Metadata: { Colour: "blue" }, Tagging: "k=v&x=y+z" }));
  assert.equal(put.ETag, `"${createHash("md5").update(body).digest("hex")}"`);
  assert.ok(put.ChecksumCRC32);
  const got = await send(new s3.GetObjectCommand({ Bucket, Key: "a/ü +&?%.txt", ChecksumMode: "ENABLED" }));
  assert.equal(await text(got), body);
  assert.equal(got.ChecksumCRC32, put.ChecksumCRC32);
  assert.deepEqual([got.ContentType, got.CacheControl, got.Metadata, got.TagCount], ["text/plain", "max-age=3", { colour: "blue" }, 2]);
  const head = await send(new s3.HeadObjectCommand({ Bucket, Key: "a/ü +&?%.txt" }));
  assert.equal(head.ContentLength, Buffer.byteLength(body));
  assert.deepEqual((await send(new s3.GetObjectTaggingCommand({ Bucket, Key: "a/ü +&?%.txt" }))).TagSet, [{ Key: "k", Value: "v" }, { Key: "x", Value: "y z" }]);
  for (const key of ["a/../b", "./x", "double//slash", "/leading", "trailing/", "a/./b"]) {
    await send(new s3.PutObjectCommand({ Bucket, Key: key, Body: key }));
    assert.equal(await text(await send(new s3.GetObjectCommand({ Bucket, Key: key }))), key);
    await send(new s3.DeleteObjectCommand({ Bucket, Key: key }));
  }
  await send(new s3.PutObjectCommand({ Bucket, Key: "empty", Body: "" }));
  assert.equal((await send(new s3.HeadObjectCommand({ Bucket, Key: "empty" }))).ContentLength, 0);
  const streamed = await send(new s3.PutObjectCommand({ Bucket, Key: "stream", Body: Readable.from([Buffer.alloc(70_000, 1), Buffer.alloc(70_000, 2)]), ContentLength: 140_000 }));
  assert.ok(streamed.ChecksumCRC32);
  for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]) {
    const done = await send(new s3.PutObjectCommand({ Bucket, Key: "sum-" + ChecksumAlgorithm, Body: "abc", ChecksumAlgorithm }));
    assert.ok(done["Checksum" + ChecksumAlgorithm]);
    assert.equal(done.ChecksumType, "FULL_OBJECT");
  }
  await rejects(new s3.PutObjectCommand({ Bucket, Key: "bad", Body: "abc", ContentMD5: createHash("md5").update("other").digest("base64") }), "BadDigest", 400);
  await rejects(new s3.GetObjectCommand({ Bucket, Key: "bad" }), "NoSuchKey", 404);
  await rejects(new s3.GetObjectCommand({ Bucket: "missing-" + Bucket, Key: "x" }), "NoSuchBucket", 404);
  await rejects(new s3.PutObjectCommand({ Bucket, Key: "k".repeat(1025), Body: "x" }), "KeyTooLongError", 400);
  await rejects(new s3.PutObjectCommand({ Bucket, Key: "m", Body: "x", Metadata: { big: "x".repeat(2100) } }), "MetadataTooLarge", 400);
  await rejects(new s3.GetObjectTorrentCommand({ Bucket, Key: "empty" }), "NotImplemented", 501);
  const attributes = await send(new s3.GetObjectAttributesCommand({ Bucket, Key: "sum-SHA1", ObjectAttributes: ["ETag", "ObjectSize", "Checksum"] }));
  assert.deepEqual([attributes.ObjectSize, attributes.Checksum.ChecksumSHA1], [3, "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="]);
}

async function rangesAndConditions() {
  const Key = "range";
  const { ETag } = await send(new s3.PutObjectCommand({ Bucket, Key, Body: "0123456789" }));
  const range = async (Range) => send(new s3.GetObjectCommand({ Bucket, Key, Range }));
  const part = await range("bytes=2-4");
  assert.deepEqual([await text(part), part.ContentRange, part.$metadata.httpStatusCode], ["234", "bytes 2-4/10", 206]);
  assert.equal(await text(await range("bytes=-3")), "789");
  assert.equal(await text(await range("bytes=8-100")), "89");
  await rejects(new s3.GetObjectCommand({ Bucket, Key, Range: "bytes=10-" }), "InvalidRange", 416);
  await rejects(new s3.GetObjectCommand({ Bucket, Key, IfMatch: '"other"' }), "PreconditionFailed", 412);
  await rejects(new s3.GetObjectCommand({ Bucket, Key, IfNoneMatch: ETag }), "Unknown", 304);
  await rejects(new s3.GetObjectCommand({ Bucket, Key, IfModifiedSince: new Date(Date.now() + 1000) }), "Unknown", 304);
  await rejects(new s3.GetObjectCommand({ Bucket, Key, IfUnmodifiedSince: new Date(0) }), "PreconditionFailed", 412);
  await rejects(new s3.PutObjectCommand({ Bucket, Key, Body: "new", IfNoneMatch: "*" }), "PreconditionFailed", 412);
  await send(new s3.PutObjectCommand({ Bucket, Key, Body: "0123456789", IfMatch: ETag }));
  await rejects(new s3.PutObjectCommand({ Bucket, Key, Body: "new", IfMatch: '"other"' }), "PreconditionFailed", 412);
  const overridden = await send(new s3.GetObjectCommand({ Bucket, Key, ResponseContentType: "text/csv", ResponseContentDisposition: "attachment" }));
  assert.deepEqual([overridden.ContentType, overridden.ContentDisposition], ["text/csv", "attachment"]);
  await text(overridden);
}

async function copies() {
  await send(new s3.PutObjectCommand({ Bucket, Key: "src ü", Body: "copied", Metadata: { a: "1" }, ContentType: "text/x" }));
  const CopySource = encodeURI(`${Bucket}/src ü`);
  assert.ok((await send(new s3.CopyObjectCommand({ Bucket, Key: "dst", CopySource }))).CopyObjectResult.ETag);
  const same = await send(new s3.HeadObjectCommand({ Bucket, Key: "dst" }));
  assert.deepEqual([same.Metadata, same.ContentType], [{ a: "1" }, "text/x"]);
  await send(new s3.CopyObjectCommand({ Bucket, Key: "dst", CopySource, MetadataDirective: "REPLACE", Metadata: { b: "2" } }));
  assert.deepEqual((await send(new s3.HeadObjectCommand({ Bucket, Key: "dst" }))).Metadata, { b: "2" });
  await rejects(new s3.CopyObjectCommand({ Bucket, Key: "src ü", CopySource }), "InvalidRequest", 400);
  await rejects(new s3.CopyObjectCommand({ Bucket, Key: "x", CopySource: `${Bucket}/none` }), "NoSuchKey", 404);
  await rejects(new s3.CopyObjectCommand({ Bucket, Key: "x", CopySource, CopySourceIfMatch: "no" }), "PreconditionFailed", 412);
}

async function listings() {
  const keys = Array.from({ length: 25 }, (_, i) => `list/${i % 5}/f ${String(i).padStart(2, "0")}`);
  await Promise.all([...keys, "list/top", "list/Ω"].map((Key) => send(new s3.PutObjectCommand({ Bucket, Key, Body: Key }))));
  const all = [];
  for await (const page of s3.paginateListObjectsV2({ client, pageSize: 4 }, { Bucket, Prefix: "list/" })) all.push(...(page.Contents ?? []).map((c) => c.Key));
  assert.deepEqual(all, [...keys, "list/top", "list/Ω"].sort());
  const folders = [], files = [];
  for await (const page of s3.paginateListObjectsV2({ client, pageSize: 2 }, { Bucket, Prefix: "list/", Delimiter: "/" })) {
    folders.push(...(page.CommonPrefixes ?? []).map((p) => p.Prefix));
    files.push(...(page.Contents ?? []).map((c) => c.Key));
  }
  assert.deepEqual([folders, files], [[0, 1, 2, 3, 4].map((i) => `list/${i}/`), ["list/top", "list/Ω"]]);
  const after = await send(new s3.ListObjectsV2Command({ Bucket, Prefix: "list/", StartAfter: "list/4/f 24", FetchOwner: true }));
  assert.deepEqual([after.KeyCount, after.Contents[0].Key, Boolean(after.Contents[0].Owner.ID)], [2, "list/top", true]);
  let marker, v1 = [];
  do {
    const page = await send(new s3.ListObjectsCommand({ Bucket, Prefix: "list/", Delimiter: "/", MaxKeys: 3, Marker: marker }));
    v1.push(...(page.CommonPrefixes ?? []).map((p) => p.Prefix), ...(page.Contents ?? []).map((c) => c.Key));
    marker = page.IsTruncated ? page.NextMarker : undefined;
  } while (marker);
  assert.equal(v1.length, 7);
  assert.equal((await send(new s3.ListObjectsV2Command({ Bucket, MaxKeys: 0 }))).KeyCount, 0);
  await rejects(new s3.ListObjectsV2Command({ Bucket, ContinuationToken: "nonsense" }), "InvalidArgument", 400);
}

async function multipart() {
  const Key = "big/file", size = 17 * 1024 * 1024, body = randomBytes(size);
  const done = await new Upload({ client, params: { Bucket, Key, Body: Readable.from(cut(body, 100_000)), Metadata: { m: "p" } }, partSize: 6 * 1024 * 1024, queueSize: 3 }).done();
  assert.match(done.ETag, /-3"$/);
  const got = await send(new s3.GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  assert.ok(Buffer.from(await got.Body.transformToByteArray()).equals(body));
  assert.equal(got.Metadata.m, "p");
  const second = await send(new s3.GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
  assert.deepEqual([second.PartsCount, second.ContentLength], [3, 6 * 1024 * 1024]);
  await second.Body.transformToByteArray();

  const { UploadId } = await send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "manual", ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" }));
  const five = body.subarray(0, 5 * 1024 * 1024), rest = body.subarray(5 * 1024 * 1024, 5 * 1024 * 1024 + 1000);
  const one = await send(new s3.UploadPartCommand({ Bucket, Key: "manual", UploadId, PartNumber: 1, Body: five }));
  const two = await send(new s3.UploadPartCopyCommand({ Bucket, Key: "manual", UploadId, PartNumber: 2, CopySource: `${Bucket}/${Key}`, CopySourceRange: `bytes=${five.length}-${five.length + 999}` }));
  const parts = await send(new s3.ListPartsCommand({ Bucket, Key: "manual", UploadId }));
  assert.deepEqual(parts.Parts.map((p) => p.Size), [five.length, 1000]);
  assert.equal((await send(new s3.ListMultipartUploadsCommand({ Bucket }))).Uploads[0].UploadId, UploadId);
  const complete = (Parts) => new s3.CompleteMultipartUploadCommand({ Bucket, Key: "manual", UploadId, MultipartUpload: { Parts } });
  const named = [{ PartNumber: 1, ETag: one.ETag }, { PartNumber: 2, ETag: two.CopyPartResult.ETag }];
  await rejects(complete([named[1], named[0]]), "InvalidPartOrder", 400);
  await rejects(complete([{ PartNumber: 1, ETag: '"0"' }]), "InvalidPart", 400);
  const whole = await send(complete(named));
  assert.deepEqual([whole.ChecksumType, Boolean(whole.ChecksumCRC32)], ["FULL_OBJECT", true]);
  assert.ok(Buffer.from(await (await send(new s3.GetObjectCommand({ Bucket, Key: "manual", ChecksumMode: "ENABLED" }))).Body.transformToByteArray()).equals(Buffer.concat([five, rest])));
  await rejects(complete(named), "NoSuchUpload", 404);

  const small = await send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "small" }));
  const etags = [];
  for (const PartNumber of [1, 2]) etags.push({ PartNumber, ETag: (await send(new s3.UploadPartCommand({ Bucket, Key: "small", UploadId: small.UploadId, PartNumber, Body: "x" }))).ETag });
  await rejects(new s3.CompleteMultipartUploadCommand({ Bucket, Key: "small", UploadId: small.UploadId, MultipartUpload: { Parts: etags } }), "EntityTooSmall", 400);
  await send(new s3.AbortMultipartUploadCommand({ Bucket, Key: "small", UploadId: small.UploadId }));
  await rejects(new s3.ListPartsCommand({ Bucket, Key: "small", UploadId: small.UploadId }), "NoSuchUpload", 404);
}

function* cut(bytes, by) {
  for (let i = 0; i < bytes.length; i += by) yield bytes.subarray(i, i + by);
}

async function versions() {
  const V = Bucket + "-v", Key = "doc";
  await send(new s3.CreateBucketCommand({ Bucket: V }));
  await send(new s3.PutObjectCommand({ Bucket: V, Key, Body: "zero" }));
  await send(new s3.PutBucketVersioningCommand({ Bucket: V, VersioningConfiguration: { Status: "Enabled" } }));
  assert.equal((await send(new s3.GetBucketVersioningCommand({ Bucket: V }))).Status, "Enabled");
  const one = await send(new s3.PutObjectCommand({ Bucket: V, Key, Body: "one" }));
  const two = await send(new s3.PutObjectCommand({ Bucket: V, Key, Body: "two" }));
  assert.ok(one.VersionId && two.VersionId && one.VersionId !== two.VersionId);
  assert.equal(await text(await send(new s3.GetObjectCommand({ Bucket: V, Key, VersionId: one.VersionId }))), "one");
  assert.equal(await text(await send(new s3.GetObjectCommand({ Bucket: V, Key, VersionId: "null" }))), "zero");
  const marker = await send(new s3.DeleteObjectCommand({ Bucket: V, Key }));
  assert.equal(marker.DeleteMarker, true);
  await rejects(new s3.GetObjectCommand({ Bucket: V, Key }), "NoSuchKey", 404);
  await rejects(new s3.GetObjectCommand({ Bucket: V, Key, VersionId: marker.VersionId }), "MethodNotAllowed", 405);
  await rejects(new s3.GetObjectCommand({ Bucket: V, Key, VersionId: "0".repeat(40) }), "NoSuchVersion", 404);
  const seen = [];
  let next = {};
  do {
    const page = await send(new s3.ListObjectVersionsCommand({ Bucket: V, MaxKeys: 1, ...next }));
    seen.push(...(page.Versions ?? []), ...(page.DeleteMarkers ?? []));
    next = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : null;
  } while (next);
  assert.deepEqual(seen.map((v) => v.VersionId), [marker.VersionId, two.VersionId, one.VersionId, "null"]);
  assert.deepEqual(seen.map((v) => v.IsLatest), [true, false, false, false]);
  await send(new s3.DeleteObjectCommand({ Bucket: V, Key, VersionId: marker.VersionId }));
  assert.equal(await text(await send(new s3.GetObjectCommand({ Bucket: V, Key }))), "two");
  await rejects(new s3.DeleteBucketCommand({ Bucket: V }), "BucketNotEmpty", 409);
  const gone = await send(new s3.DeleteObjectsCommand({ Bucket: V, Delete: { Objects: [two.VersionId, one.VersionId, "null"].map((VersionId) => ({ Key, VersionId })) } }));
  assert.equal(gone.Deleted.length, 3);
  await send(new s3.DeleteBucketCommand({ Bucket: V }));
}

async function tags() {
  await rejects(new s3.GetBucketTaggingCommand({ Bucket }), "NoSuchTagSet", 404);
  await send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: "team", Value: "ml" }] } }));
  assert.deepEqual((await send(new s3.GetBucketTaggingCommand({ Bucket }))).TagSet, [{ Key: "team", Value: "ml" }]);
  await send(new s3.DeleteBucketTaggingCommand({ Bucket }));
  await send(new s3.PutObjectCommand({ Bucket, Key: "tagged", Body: "x" }));
  await send(new s3.PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet: [{ Key: "a", Value: "" }] } }));
  assert.deepEqual((await send(new s3.GetObjectTaggingCommand({ Bucket, Key: "tagged" }))).TagSet, [{ Key: "a", Value: "" }]);
  await send(new s3.DeleteObjectTaggingCommand({ Bucket, Key: "tagged" }));
  assert.deepEqual((await send(new s3.GetObjectTaggingCommand({ Bucket, Key: "tagged" }))).TagSet, []);
  const many = Array.from({ length: 11 }, (_, i) => ({ Key: "k" + i, Value: "v" }));
  await rejects(new s3.PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet: many } }), "BadRequest", 400);
}

async function presigned() {
  const put = await getSignedUrl(client, new s3.PutObjectCommand({ Bucket, Key: "signed" }), { expiresIn: 60 });
  assert.equal((await fetch(put, { method: "PUT", body: "by url" })).status, 200);
  const get = await getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key: "signed", ResponseContentType: "text/url" }), { expiresIn: 60 });
  const got = await fetch(get);
  assert.deepEqual([await got.text(), got.headers.get("content-type")], ["by url", "text/url"]);
  const late = await getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key: "signed" }), { expiresIn: 60, signingDate: new Date(Date.now() - 120_000) });
  const refused = await fetch(late);
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /<Code>AccessDenied<\/Code><Message>Request has expired/);
}

async function virtualHosts() {
  const port = new URL(process.env.AWS_ENDPOINT_URL).port;
  for (const host of ["localhost", "s3.localhost"]) {
    const virtual = new s3.S3Client({ endpoint: `http://${host}:${port}` });
    // Names under localhost are this machine; not every resolver knows it.
    virtual.middlewareStack.add((next) => async (args) => {
      args.request.headers.host = `${args.request.hostname}:${port}`;
      assert.equal(args.request.hostname, `${Bucket}.${host}`);
      args.request.hostname = "127.0.0.1";
      return next(args);
    }, { step: "finalizeRequest", priority: "low" });
    await virtual.send(new s3.PutObjectCommand({ Bucket, Key: "virtual/key", Body: host }));
    assert.equal(await text(await virtual.send(new s3.GetObjectCommand({ Bucket, Key: "virtual/key" }))), host);
    assert.equal((await virtual.send(new s3.ListObjectsV2Command({ Bucket, Prefix: "virtual/" }))).KeyCount, 1);
  }
}

// What would not be kept is refused: a lock, a public object, a customer's own key, another owner.
async function terms() {
  const put = (more) => new s3.PutObjectCommand({ Bucket, Key: "terms", Body: "x", ...more });
  await rejects(put({ ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: new Date(Date.now() + 60_000) }), "InvalidRequest", 400);
  await rejects(put({ ObjectLockLegalHoldStatus: "ON" }), "InvalidRequest", 400);
  await rejects(put({ ACL: "public-read" }), "AccessControlListNotSupported", 400);
  await rejects(put({ GrantRead: "uri=http://acs.amazonaws.com/groups/global/AllUsers" }), "AccessControlListNotSupported", 400);
  await rejects(put({ WriteOffsetBytes: 1 }), "NotImplemented", 501);
  await rejects(new s3.CreateMultipartUploadCommand({ Bucket, Key: "terms", ACL: "public-read-write" }), "AccessControlListNotSupported", 400);
  await rejects(new s3.CreateBucketCommand({ Bucket: Bucket + "-open", ACL: "public-read" }), "InvalidBucketAclWithObjectOwnership", 400);
  await rejects(new s3.CreateBucketCommand({ Bucket: Bucket + "-locked", ObjectLockEnabledForBucket: true }), "NotImplemented", 501);
  await rejects(new s3.ListObjectsV2Command({ Bucket, ExpectedBucketOwner: "123456789012" }), "AccessDenied", 403);
  await rejects(new s3.GetObjectCommand({ Bucket, Key: "terms" }), "NoSuchKey", 404);
  const kept = await send(put({ ACL: "private", ServerSideEncryption: "aws:kms", SSEKMSKeyId: "alias/mine", ExpectedBucketOwner: "000000000000" }));
  assert.deepEqual([kept.ServerSideEncryption, kept.SSEKMSKeyId], ["aws:kms", "alias/mine"]);
}

async function cleanUp() {
  for await (const page of s3.paginateListObjectsV2({ client }, { Bucket })) {
    const gone = await send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Quiet: true, Objects: page.Contents.map(({ Key }) => ({ Key })) } }));
    assert.equal(gone.Errors, undefined);
  }
  await send(new s3.DeleteBucketCommand({ Bucket }));
  await s3.waitUntilBucketNotExists({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 2 }, { Bucket });
}

for (const step of [buckets, objects, rangesAndConditions, copies, listings, multipart, versions, tags, presigned, virtualHosts, terms, cleanUp]) {
  console.log(step.name);
  await step();
}
