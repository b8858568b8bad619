// Autopilot and a pipeline through the AWS SDK for JavaScript: search, candidates, the best one deployed and asked; five steps with a condition.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as s3 from "@aws-sdk/client-s3";
import * as sm from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

const objects = new s3.S3Client({ forcePathStyle: true });
const client = new sm.SageMakerClient({});
const runtime = new SageMakerRuntimeClient({});
const run = randomBytes(4).toString("hex");
const Bucket = "auto-" + run;
const RoleArn = "arn:aws:iam::000000000000:role/any-role-at-all";
const send = (command) => client.send(command);

async function until(ask, going) {
  for (let i = 0; i < 1000; i++) {
    const now = await ask();
    if (!going.includes(now.AutoMLJobStatus ?? now.PipelineExecutionStatus)) return now;
    await sleep(300);
  }
  assert.fail("it does not end");
}

await objects.send(new s3.CreateBucketCommand({ Bucket }));
const lines = readFileSync(new URL("../../../data/datasets/penguins.csv", import.meta.url), "utf8").trim().split("\n").map((l) => l.trim());
await objects.send(new s3.PutObjectCommand({ Bucket, Key: "train/rows.csv", Body: lines.filter((_, i) => i === 0 || i % 4).join("\n") }));
const held = lines.filter((_, i) => i > 0 && i % 4 === 0).map((l) => [l.slice(0, l.indexOf(",")), l.slice(l.indexOf(",") + 1)]);

const AutoMLJobName = "js-" + run;
await send(new sm.CreateAutoMLJobV2Command({
  AutoMLJobName, RoleArn, OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
  AutoMLJobInputDataConfig: [{ ChannelType: "training", ContentType: "text/csv;header=present", DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/train/` } } }],
  AutoMLJobObjective: { MetricName: "Accuracy" },
  AutoMLProblemTypeConfig: { TabularJobConfig: { TargetAttributeName: "species", ProblemType: "MulticlassClassification", CompletionCriteria: { MaxCandidates: 3, MaxAutoMLJobRuntimeInSeconds: 300 } } },
}));
const job = await until(() => send(new sm.DescribeAutoMLJobV2Command({ AutoMLJobName })), ["InProgress", "Stopping"]);
assert.equal(job.AutoMLJobStatus, "Completed", job.FailureReason);
const { Candidates } = await send(new sm.ListCandidatesForAutoMLJobCommand({ AutoMLJobName, SortBy: "FinalObjectiveMetricValue", SortOrder: "Descending" }));
assert.equal(Candidates.length, 4);
assert.equal(job.BestCandidate.FinalAutoMLJobObjectiveMetric.Value, Candidates[0].FinalAutoMLJobObjectiveMetric.Value);

const Name = "best-" + run;
await send(new sm.CreateModelCommand({ ModelName: Name, ExecutionRoleArn: RoleArn, Containers: job.BestCandidate.InferenceContainers }));
await send(new sm.CreateEndpointConfigCommand({ EndpointConfigName: Name, ProductionVariants: [{ VariantName: "all", ModelName: Name, InstanceType: "ml.m5.large", InitialInstanceCount: 1 }] }));
await send(new sm.CreateEndpointCommand({ EndpointName: Name, EndpointConfigName: Name }));
await sm.waitUntilEndpointInService({ client, maxWaitTime: 120, minDelay: 1, maxDelay: 2 }, { EndpointName: Name });
const reply = await runtime.send(new InvokeEndpointCommand({ EndpointName: Name, ContentType: "text/csv", Accept: "application/json", Body: held.map((h) => h[1]).join("\n") }));
const predictions = JSON.parse(Buffer.from(reply.Body).toString()).predictions;
assert.ok(predictions.filter((p, i) => p.predicted_label === held[i][0]).length >= 0.9 * held.length);
await send(new sm.DeleteEndpointCommand({ EndpointName: Name }));

const training = (name, dependsOn) => ({
  Name: name, Type: "Training", DependsOn: dependsOn,
  Arguments: {
    AlgorithmSpecification: { TrainingImage: "example.com/own:1", TrainingInputMode: "File", ContainerEntrypoint: ["sh", "-c", "echo ok > /opt/ml/model/ok"] },
    RoleArn, OutputDataConfig: { S3OutputPath: `s3://${Bucket}/models` }, ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 5 }, StoppingCondition: { MaxRuntimeInSeconds: 60 },
  },
});
const definition = {
  Version: "2020-12-01", Parameters: [{ Name: "Go", Type: "String", DefaultValue: "yes", EnumValues: ["yes", "no"] }],
  Steps: [
    training("One", []), training("Two", ["One"]), training("Three", ["One"]),
    { Name: "Choose", Type: "Condition", DependsOn: ["Two", "Three"], Arguments: { Conditions: [{ Type: "Equals", LeftValue: { Get: "Parameters.Go" }, RightValue: "yes" }], IfSteps: [training("Four", [])], ElseSteps: [{ Name: "No", Type: "Fail", Arguments: { ErrorMessage: "not wanted" } }] } },
  ],
};
await send(new sm.CreatePipelineCommand({ PipelineName: "js-" + run, PipelineDefinition: JSON.stringify(definition), RoleArn }));
const { PipelineExecutionArn } = await send(new sm.StartPipelineExecutionCommand({ PipelineName: "js-" + run }));
const done = await until(() => send(new sm.DescribePipelineExecutionCommand({ PipelineExecutionArn })), ["Executing", "Stopping"]);
assert.equal(done.PipelineExecutionStatus, "Succeeded", done.FailureReason);
const { PipelineExecutionSteps } = await send(new sm.ListPipelineExecutionStepsCommand({ PipelineExecutionArn, SortOrder: "Ascending" }));
assert.deepEqual(new Set(PipelineExecutionSteps.map((s) => s.StepName)), new Set(["One", "Two", "Three", "Choose", "Four"]));
assert.equal(PipelineExecutionSteps.find((s) => s.StepName === "Choose").Metadata.Condition.Outcome, "True");
console.log("all flows held");
