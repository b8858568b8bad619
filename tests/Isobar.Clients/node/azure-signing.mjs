// A server that checks: tokens for keys of its ring, the account's key from the Resource Manager, and signatures of all kinds as Microsoft's client makes them.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { ClientSecretCredential } from "@azure/identity";
import { AccountSASPermissions, BlobSASPermissions, BlobServiceClient, ContainerClient, ContainerSASPermissions, SASProtocol, StorageSharedKeyCredential, generateAccountSASQueryParameters, generateBlobSASQueryParameters } from "@azure/storage-blob";

const origin = process.env.ISOBAR_AZURE_ENDPOINT.replace("http:", "https:");
const tenant = "11111111-1111-1111-1111-111111111111", group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group";
const account = "signed" + randomBytes(3).toString("hex");
const login = (id, secret) => new ClientSecretCredential(tenant, id, secret, { authorityHost: origin, disableInstanceDiscovery: true });
const credential = login(process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SECRET_ACCESS_KEY);
const fails = async (promise, status, code) => {
  const error = await promise.then(() => assert.fail(`${status} ${code} expected`), (e) => e);
  assert.deepEqual([error.statusCode, error.code ?? error.details?.errorCode], [status, code], error.stack);
};

await assert.rejects(login("nobody", "nothing").getToken("https://management.azure.com/.default"), /AADSTS7000215/);
const { token } = await credential.getToken("https://management.azure.com/.default");
const ask = (bearer) => fetch(`${origin}${group}/providers/Microsoft.Storage/storageAccounts/${account}/listKeys?api-version=2023-01-01`, { method: "POST", headers: bearer ? { authorization: `Bearer ${bearer}` } : {} });
assert.equal((await ask()).status, 401);
assert.equal((await ask(token.slice(0, -8) + "AAAAAAAA")).status, 401);
const keys = (await (await ask(token)).json()).keys;
assert.equal(keys.length, 2);

const url = `${origin}/${account}`;
for (const { value } of keys) await new BlobServiceClient(url, new StorageSharedKeyCredential(account, value)).getAccountInfo();
const shared = new StorageSharedKeyCredential(account, keys[0].value);
const service = new BlobServiceClient(url, shared);
await fails(new BlobServiceClient(url, new StorageSharedKeyCredential(account, randomBytes(64).toString("base64"))).getAccountInfo(), 403, "AuthenticationFailed");
await fails(new BlobServiceClient(url).getAccountInfo(), 401, "NoAuthenticationInformation");
const container = service.getContainerClient("box");
await container.create({ metadata: { team: "blue" } });
const blob = container.getBlockBlobClient("a folder/ä & b.txt");
await blob.upload("hello", 5, { metadata: { k: "v" }, tags: { a: "b" }, blobHTTPHeaders: { blobContentType: "text/plain" } });
for await (const item of container.listBlobsFlat({ prefix: "a ", includeMetadata: true })) assert.equal(item.metadata.k, "v");
console.log("shared key");

const later = new Date(Date.now() + 600_000), earlier = new Date(Date.now() - 600_000);
const signed = (values, key = shared, name) => generateBlobSASQueryParameters({ containerName: "box", expiresOn: later, ...values }, key, name).toString();
const read = async (query, name = blob.name) => (await new ContainerClient(`${url}/box?${query}`).getBlobClient(name).downloadToBuffer()).toString();
for (const version of ["2015-04-05", "2018-11-09", "2020-12-06", undefined]) assert.equal(await read(signed({ blobName: blob.name, permissions: BlobSASPermissions.parse("r"), version })), "hello");
const full = signed({ blobName: blob.name, permissions: BlobSASPermissions.parse("r"), startsOn: earlier, contentDisposition: "attachment", protocol: SASProtocol.Https });
assert.equal((await fetch(`${blob.url}?${full}`)).headers.get("content-disposition"), "attachment");
await fails(read(signed({ blobName: blob.name, permissions: BlobSASPermissions.parse("r") }), "other"), 403, "AuthenticationFailed");
await fails(read(signed({ permissions: ContainerSASPermissions.parse("r"), expiresOn: earlier, startsOn: new Date(0) })), 403, "AuthenticationFailed");
await fails(read(signed({ permissions: ContainerSASPermissions.parse("r"), startsOn: later })), 403, "AuthenticationFailed");
await fails(read(signed({ permissions: ContainerSASPermissions.parse("l") })), 403, "AuthorizationPermissionMismatch");
await fails(read(signed({ permissions: ContainerSASPermissions.parse("r") }).replace(/sp=r/, "sp=rw")), 403, "AuthenticationFailed");
assert.equal(await read(signed({ permissions: ContainerSASPermissions.parse("rl") })), "hello");
const creator = new ContainerClient(`${url}/box?${signed({ permissions: ContainerSASPermissions.parse("c") })}`);
await creator.getBlockBlobClient("new").upload("1", 1);
await fails(creator.getBlockBlobClient("new").upload("2", 1), 403, "AuthorizationPermissionMismatch");
await container.setAccessPolicy(undefined, [{ id: "readers", accessPolicy: { permissions: "r", startsOn: earlier, expiresOn: later } }]);
assert.equal(await read(generateBlobSASQueryParameters({ containerName: "box", identifier: "readers" }, shared).toString()), "hello");
await container.setAccessPolicy();
await fails(read(generateBlobSASQueryParameters({ containerName: "box", identifier: "readers" }, shared).toString()), 403, "AuthenticationFailed");
console.log("service");

const whole = (values) => generateAccountSASQueryParameters({ expiresOn: later, permissions: AccountSASPermissions.parse("rl"), services: "b", resourceTypes: "sco", ...values }, shared).toString();
for (const version of ["2019-12-12", undefined]) assert.equal(await read(whole({ version })), "hello");
await fails(read(whole({ resourceTypes: "s" })), 403, "AuthorizationResourceTypeMismatch");
await fails(new BlobServiceClient(`${url}?${whole()}`).getContainerClient("more").create(), 403, "AuthorizationPermissionMismatch");
console.log("account");

const tokens = new BlobServiceClient(url, credential);
assert.equal((await tokens.getContainerClient("box").getBlobClient(blob.name).downloadToBuffer()).toString(), "hello");
const lent = await tokens.getUserDelegationKey(earlier, later);
for (const version of ["2018-11-09", "2020-02-10", "2020-12-06", "2025-07-05", undefined]) assert.equal(await read(signed({ permissions: ContainerSASPermissions.parse("r"), version }, lent, account)), "hello");
await fails(read(signed({ permissions: ContainerSASPermissions.parse("r") }, { ...lent, value: randomBytes(32).toString("base64") }, account)), 403, "AuthenticationFailed");
console.log("user delegation");

await container.setAccessPolicy("blob");
assert.equal(await (await fetch(blob.url)).text(), "hello");
await fails(new ContainerClient(`${url}/box`).getProperties(), 401, "NoAuthenticationInformation");
console.log("ok");
