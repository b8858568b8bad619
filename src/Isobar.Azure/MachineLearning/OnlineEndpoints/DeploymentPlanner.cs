using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.OnlineEndpoints.DataCollection;
using Isobar.Azure.MachineLearning.OnlineEndpoints.Scaling;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Logs;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>Turns a deployment into a variant of the engine: a graph that the engine runs itself, or the user's scoring script behind a server of ours.</summary>
internal sealed class DeploymentPlanner(DataUris uris, IObjectStore objects, ScoringServer server)
{
    private const string Root = "azureml-deployments/";

    public static LogStreamName Log(ArmId deployment) => new("azure", EndpointNames.LogGroup, deployment.Key);

    public static string Snapshots(ArmId deployment) => $"{Root}{deployment.Parent.Name}/{deployment.Name}/";

    // 1. Check. 2. Fix the model's files as they are now. 3. Choose what answers.
    public async Task<VariantSpec> PlanAsync(MlWorkspace workspace, ArmId id, JsonObject body, string revision, CancellationToken ct)
    {
        // 1.
        var properties = body.RequiredObject("properties", "");
        if (properties.OneOf("endpointComputeType", "properties", "Managed", "Kubernetes", "AzureMLCompute") != "Managed") throw ArmFault.Unsupported("properties.endpointComputeType: deployments are of type Managed here.", "properties.endpointComputeType");
        var code = properties.Object("codeConfiguration", "properties");
        var model = properties.Text("model", "properties");
        if (code is null && model is null) throw ArmFault.Invalid("properties.model", null, "a deployment needs a model, or a codeConfiguration");
        var requests = properties.Object("requestSettings", "properties") ?? [];
        var sku = body.Object("sku", "") ?? [];
        var count = sku.Whole("capacity", "sku", 0, 50) ?? 1;

        var collected = await CollectionSettings.ReadAsync(properties, workspace.At($"modelDataCollector/{id.Parent.Name}/{id.Name}/"), (data, field) => uris.ResolveAsync(workspace, data, field, ct)).ConfigureAwait(false);
        var scaling = UtilizationTarget.Read(properties);

        // 2.
        var artifact = model is null ? null : await SnapshotAsync(workspace, id, model, revision, isGraph: code is null, ct).ConfigureAwait(false);

        // 3.
        var environment = properties.Texts("environmentVariables", "properties");
        ModelProgram program = new OnnxProgram(AzureCodecFactory.Codec);
        if (code is not null)
        {
            var script = code.RequiredText("scoringScript", "properties.codeConfiguration");
            var source = code.Text("codeId", "properties.codeConfiguration") is { Length: > 0 } codeId ? (await uris.ResolveAsync(workspace, codeId, "properties.codeConfiguration.codeId", ct).ConfigureAwait(false)).AsFolder() : throw ArmFault.Required("properties.codeConfiguration.codeId");
            program = new ScriptModelProgram(["python3", server.Script, "{port}", script], source);
            environment.TryAdd("AZUREML_MODEL_DIR", "{model}");
            environment.TryAdd("AML_APP_ROOT", "{code}");
            environment.TryAdd("AZUREML_ENTRY_SCRIPT", script);
        }
        return new VariantSpec
        {
            Name = id.Name,
            Model = new ModelSpec { Name = model ?? id.Name, Program = program, Artifact = artifact, Environment = collected?.With(environment) ?? environment },
            InstanceType = properties.Text("instanceType", "properties") ?? "Standard_DS3_v2",
            InstanceCount = scaling is null ? count : Math.Clamp(count, scaling.Min, scaling.Max),
            MaxConcurrency = requests.Whole("maxConcurrentRequestsPerInstance", "properties.requestSettings", 1, 10_000) ?? 0,
            Log = Log(id),
        };
    }

    /// <summary>
    /// A copy of the model's files, which moves no bytes: what is deployed does not change when the files do, and lies under its own name, as scoring
    /// scripts look for it below AZUREML_MODEL_DIR.
    /// </summary>
    private async Task<ObjectLocation> SnapshotAsync(MlWorkspace workspace, ArmId id, string model, string revision, bool isGraph, CancellationToken ct)
    {
        const string Field = "properties.model";
        var source = await uris.ResolveAsync(workspace, model, Field, ct).ConfigureAwait(false);
        var target = workspace.At($"{Snapshots(id)}{revision}/");
        if (!source.Key.EndsWith('/') && (await objects.HeadAsync(source.Bucket, source.Key, null, ct).ConfigureAwait(false)).IsOk)
        {
            var name = source.Key[(source.Key.LastIndexOf('/') + 1)..];
            await CopyAsync(source, source.Key, target, name, Field, ct).ConfigureAwait(false);
            // An archive is unpacked for the engine; a script finds the file as it was registered.
            return isGraph ? target with { Key = target.Key + name } : target;
        }
        var folder = source.AsFolder();
        var last = folder.Key.TrimEnd('/') is var path ? path[(path.LastIndexOf('/') + 1)..] : "";
        if (last.Length == 0) last = "model";
        var copied = 0;
        for (string? next = null; ;)
        {
            var listed = await objects.ListAsync(folder.Bucket, new ObjectQuery(folder.Key, Continue: next), ct).ConfigureAwait(false);
            if (!listed.TryGet(out var page, out var error)) throw ArmFault.Of(error, Field);
            foreach (var item in page.Objects.Where(o => !o.Key.EndsWith('/')))
            {
                await CopyAsync(folder, item.Key, target, $"{last}/{item.Key[folder.Key.Length..]}", Field, ct).ConfigureAwait(false);
                copied++;
            }
            if ((next = page.Next) is null) break;
        }
        return copied > 0 ? target : throw ArmFault.Invalid(Field, model, $"there are no files at {folder.Bucket.Name}/{folder.Key}");
    }

    private async Task CopyAsync(ObjectLocation from, string key, ObjectLocation to, string name, string field, CancellationToken ct)
    {
        if ((await objects.CopyAsync(from.Bucket, key, null, to.Bucket, to.Key + name, ct: ct).ConfigureAwait(false)).Error is { } error) throw ArmFault.Of(error, field);
    }
}
