// Requests of the AWS SDK for JavaScript, signed by a known key, streams among them; a wrong secret is refused.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import * as s3 from "@aws-sdk/client-s3";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const client = new s3.S3Client({ forcePathStyle: true });
await client.send(new s3.CreateBucketCommand({ Bucket: "node-signed" }));
const Key = "a folder/ü+ (1).txt";
await client.send(new s3.PutObjectCommand({ Bucket: "node-signed", Key, Body: "hello" }));
await client.send(new s3.PutObjectCommand({ Bucket: "node-signed", Key: "stream", Body: Readable.from([Buffer.alloc(100_000, 1)]), ContentLength: 100_000 }));
assert.equal(await (await client.send(new s3.GetObjectCommand({ Bucket: "node-signed", Key }))).Body.transformToString(), "hello");
const link = await getSignedUrl(client, new s3.GetObjectCommand({ Bucket: "node-signed", Key }), { expiresIn: 60 });
assert.equal(await (await fetch(link)).text(), "hello");
assert.equal((await fetch(link + "0")).status, 403);
await new sagemaker.SageMakerClient({}).send(new sagemaker.ListModelsCommand({}));
const wrong = { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: "wrong" };
const error = await new s3.S3Client({ forcePathStyle: true, credentials: wrong }).send(new s3.ListBucketsCommand({})).then(() => assert.fail("refusal expected"), (e) => e);
assert.equal(error.name, "SignatureDoesNotMatch");
console.log("ok");
