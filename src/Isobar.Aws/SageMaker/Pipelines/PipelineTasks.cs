using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Pipelines;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Aws.SageMaker.Pipelines;

/// <summary>What an execution remembers of its pipeline.</summary>
internal sealed record ExecutionFacts(string Account, string Region, string PipelineName, string PipelineArn, string ExecutionId, string Definition, string? DisplayName, string? Description, IReadOnlyDictionary<string, string> Parameters)
{
    public string Arn => $"{PipelineArn}/execution/{ExecutionId}";
    public AwsCaller Caller => new(Account, Region, "", "");

    public static ExecutionFacts Of(PipelineSpec spec) => JsonSerializer.Deserialize(spec.OwnerData, SageMakerJson.Of<ExecutionFacts>())!;

    public string ToJson() => JsonSerializer.Serialize(this, SageMakerJson.Of<ExecutionFacts>());
}

/// <summary>Runs steps as resources of the account whose pipeline it is, through the very operations that its users call. The service is looked up late: it needs the pipelines too.</summary>
internal sealed class PipelineTasks(IServiceProvider services, IObjectStore objects) : IPipelineTasks
{
    private const long MaxPropertyFile = 4 * 1024 * 1024;

    public string Owner => SageMakerIds.Owner;

    private SageMakerService Service => services.GetServices<IAwsService>().OfType<SageMakerService>().Single();

    // 1. what runs under the name already is attached to; 2. else it is created; 3. and looked at.
    public async Task<Result<StepStatus>> StartAsync(PipelineTask task, CancellationToken ct)
    {
        var kind = StepKind.All[task.Step.Kind];
        var facts = ExecutionFacts.Of(task.Execution);
        var name = Name(kind, facts, task);
        if (kind.NameField != "ClientToken")
        {
            // 1.
            var (known, _) = await Service.CallAsync(kind.Describe, new JsonObject { [kind.NameField] = name }, facts.Caller, ct);
            if (known is not null) return await StatusAsync(kind, task, known, ct);
        }
        // 2.
        var request = task.Arguments?.DeepClone() as JsonObject ?? [];
        request[kind.NameField] = name;
        var (created, error) = await Service.CallAsync(kind.Create, request, facts.Caller, ct);
        if (error is not null) return Failed(error);
        // 3.
        var field = kind.NameField == "ClientToken" ? "ModelPackageName" : kind.NameField;
        var (described, gone) = await Service.CallAsync(kind.Describe, new JsonObject { [field] = field == kind.NameField ? name : created![kind.ArnField]?.DeepClone() }, facts.Caller, ct);
        return described is null ? Failed(gone!) : await StatusAsync(kind, task, described, ct);
    }

    public async Task<StepStatus> LookAsync(PipelineTask task, CancellationToken ct)
    {
        var kind = StepKind.All[task.Step.Kind];
        var facts = ExecutionFacts.Of(task.Execution);
        var (described, error) = await Service.CallAsync(kind.Describe, new JsonObject { [kind.NameField] = Name(kind, facts, task) }, facts.Caller, ct);
        return described is null ? Failed(error!) : await StatusAsync(kind, task, described, ct);
    }

    public async Task StopAsync(PipelineTask task, CancellationToken ct)
    {
        var kind = StepKind.All[task.Step.Kind];
        var facts = ExecutionFacts.Of(task.Execution);
        // One that ended meanwhile refuses to stop, which is as well.
        if (kind.Stop is { } stop) await Service.CallAsync(stop, new JsonObject { [kind.NameField] = Name(kind, facts, task) }, facts.Caller, ct);
    }

    /// <summary>As SageMaker names what a pipeline starts; the end tells executions, steps and attempts apart.</summary>
    private static string Name(StepKind kind, ExecutionFacts facts, PipelineTask task)
    {
        var end = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{facts.Arn}/{task.Step.Name}/{task.Attempt}")));
        if (kind.NameField == "ClientToken") return end[..kind.MaxName];
        var start = kind.MaxName > 32 ? $"pipelines-{facts.ExecutionId}-" : $"{facts.ExecutionId}-";
        var room = kind.MaxName - start.Length - 11;
        // Lower case, as ARNs are: scripts read the name off the ARN.
        var middle = task.Step.Name.ToLowerInvariant().Replace('_', '-').Trim('-');
        middle = (middle.Length > room ? middle[..room] : middle).Trim('-');
        return $"{start}{(middle.Length > 0 ? middle : "step")}-{end[..10]}";
    }

    private async Task<StepStatus> StatusAsync(StepKind kind, PipelineTask task, JsonObject described, CancellationToken ct)
    {
        var reason = described["FailureReason"] is { } given ? Expressions.Text(given) : null;
        switch (kind.StatusField is null ? "Completed" : Expressions.Text(described[kind.StatusField]))
        {
            case "Completed":
                if (task.Step.Data?["PropertyFiles"] is JsonArray files) described["PropertyFiles"] = await PropertyFilesAsync(files, described, ct);
                return new(StepState.Succeeded, described);
            case "Failed":
                var fault = reason is null || !reason.StartsWith("InternalServerError", StringComparison.Ordinal) ? reason?.StartsWith("CapacityError", StringComparison.Ordinal) == true ? "SageMaker.CAPACITY_ERROR" : "ClientError" : "SageMaker.JOB_INTERNAL_ERROR";
                return new(StepState.Failed, Arn(kind, described), reason ?? $"The {kind.Type} job failed", fault);
            case "Stopped":
                return new(StepState.Stopped, Arn(kind, described), reason ?? $"The {kind.Type} job was stopped");
            default:
                return new(StepState.Running, Arn(kind, described));
        }
    }

    private static JsonObject Arn(StepKind kind, JsonObject described) => new() { [kind.ArnField] = described[kind.ArnField]?.DeepClone() };

    private static StepStatus Failed(AwsError error) => new(StepState.Failed, null, $"ClientError: {error.Message}", error.Code switch
    {
        "ResourceLimitExceeded" => "SageMaker.RESOURCE_LIMIT",
        "ThrottlingException" => "Step.THROTTLING",
        _ when error.Status >= 500 => "Step.SERVICE_FAULT",
        _ => "ClientError",
    });

    private async Task<JsonObject> PropertyFilesAsync(JsonArray files, JsonObject described, CancellationToken ct)
    {
        var found = new JsonObject();
        foreach (var file in files)
        {
            var output = Expressions.Text(file?["OutputName"]);
            var target = (described["ProcessingOutputConfig"]?["Outputs"] as JsonArray ?? []).FirstOrDefault(o => Expressions.Text(o?["OutputName"]) == output)?["S3Output"]?["S3Uri"];
            if (!S3Place.TryParse(Expressions.Text(target), out var place)) continue;
            var at = S3Place.Below(place, Expressions.Text(file?["FilePath"]));
            if (!(await objects.OpenAsync(at.Bucket, at.Key, ct: ct)).TryGet(out var opened, out _)) continue;
            await using (opened)
            {
                if (opened.Length > MaxPropertyFile) continue;
                // What is no JSON is not found by Std:JsonGet, whose step then fails and says so.
                try { found[Expressions.Text(file?["PropertyFileName"])] = await JsonNode.ParseAsync(opened.Content, cancellationToken: ct); }
                catch (JsonException) { continue; }
            }
        }
        return found;
    }
}
