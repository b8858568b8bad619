// STS, IAM and CloudWatch Logs through the AWS SDK for JavaScript.
import assert from "node:assert/strict";
import * as iam from "@aws-sdk/client-iam";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as sts from "@aws-sdk/client-sts";

const roles = new iam.IAMClient({}), tokens = new sts.STSClient({}), log = new logs.CloudWatchLogsClient({});
const policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "sts:AssumeRole" }] });
const { Role } = await roles.send(new iam.CreateRoleCommand({ RoleName: "from-node", AssumeRolePolicyDocument: policy }));
assert.equal((await roles.send(new iam.GetRoleCommand({ RoleName: "from-node" }))).Role.Arn, Role.Arn);
const missing = await roles.send(new iam.GetRoleCommand({ RoleName: "nobody-node" })).then(() => assert.fail("refusal expected"), (e) => e);
assert.equal(missing.name, "NoSuchEntityException");

const { Credentials, AssumedRoleUser } = await tokens.send(new sts.AssumeRoleCommand({ RoleArn: Role.Arn, RoleSessionName: "node" }));
assert.ok(Credentials.Expiration > new Date());
const assumed = new sts.STSClient({ credentials: { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken } });
assert.equal((await assumed.send(new sts.GetCallerIdentityCommand({}))).Arn, AssumedRoleUser.Arn);
await roles.send(new iam.DeleteRoleCommand({ RoleName: "from-node" }));

const place = { logGroupName: "/mine/node", logStreamName: "s" };
await log.send(new logs.CreateLogGroupCommand({ logGroupName: place.logGroupName }));
await log.send(new logs.CreateLogStreamCommand(place));
await log.send(new logs.PutLogEventsCommand({ ...place, logEvents: [{ timestamp: Date.now(), message: "first" }, { timestamp: Date.now(), message: "second" }] }));
assert.deepEqual((await log.send(new logs.GetLogEventsCommand({ ...place, startFromHead: true }))).events.map((e) => e.message), ["first", "second"]);
assert.deepEqual((await log.send(new logs.FilterLogEventsCommand({ logGroupName: place.logGroupName, filterPattern: "second" }))).events.map((e) => e.message), ["second"]);
await log.send(new logs.DeleteLogGroupCommand({ logGroupName: place.logGroupName }));
const gone = await log.send(new logs.GetLogEventsCommand(place)).then(() => assert.fail("refusal expected"), (e) => e);
assert.equal(gone.name, "ResourceNotFoundException");
console.log("ok");
