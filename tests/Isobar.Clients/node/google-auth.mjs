// Application-default credentials: the key file's assertion at its own token address, and the metadata server.
import assert from "node:assert/strict";
import { createSign } from "node:crypto";
import { readFileSync } from "node:fs";
import { Compute, GoogleAuth, JWT } from "google-auth-library";

const key = JSON.parse(readFileSync(process.env.GOOGLE_APPLICATION_CREDENTIALS, "utf8"));
const auth = new GoogleAuth({ scopes: ["https://www.googleapis.com/auth/cloud-platform"] });
assert.equal(await auth.getProjectId(), process.env.GOOGLE_CLOUD_PROJECT);
const client = await auth.getClient();
assert.ok(client instanceof JWT);
assert.equal(client.email, key.client_email);

const encode = (o) => Buffer.from(JSON.stringify(o)).toString("base64url");
const assertion = (claims, pem = key.private_key) => {
  const now = Math.floor(Date.now() / 1000);
  const text = `${encode({ alg: "RS256", typ: "JWT", kid: key.private_key_id })}.${encode({ iss: key.client_email, aud: key.token_uri, iat: now, exp: now + 3600, ...claims })}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(pem, "base64url")}`;
};
const exchange = async (fields) => {
  const answer = await fetch(key.token_uri, { method: "POST", body: new URLSearchParams(fields) });
  return { status: answer.status, body: await answer.json() };
};
const bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const good = await exchange({ grant_type: bearer, assertion: assertion({ scope: "https://www.googleapis.com/auth/cloud-platform" }) });
assert.equal(good.status, 200);
assert.equal(good.body.token_type, "Bearer");
assert.ok(good.body.access_token && good.body.expires_in > 0);
const forged = assertion({}).replace(/\.[^.]+$/, "." + Buffer.from("no signature").toString("base64url"));
assert.deepEqual([(await exchange({ grant_type: bearer, assertion: forged })).body.error, (await exchange({ grant_type: bearer, assertion: forged })).status], ["invalid_grant", 400]);
assert.equal((await exchange({ grant_type: bearer, assertion: assertion({ iss: "somebody@else" }) })).body.error, "invalid_grant");
assert.equal((await exchange({ grant_type: "password" })).body.error, "unsupported_grant_type");

const compute = new Compute();
const { token } = await compute.getAccessToken();
assert.ok(token.startsWith("ya29."));
const id = await compute.fetchIdToken("https://audience.example");
assert.equal(JSON.parse(Buffer.from(id.split(".")[1], "base64url")).aud, "https://audience.example");
const bare = await fetch(`http://${process.env.GCE_METADATA_HOST}/computeMetadata/v1/project/project-id`);
assert.equal(bare.status, 403);
console.log("done");
