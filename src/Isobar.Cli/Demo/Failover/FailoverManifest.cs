using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.Server.Control;

namespace Isobar.Cli.Demo.Failover;

/// <summary>What 'isobar apply' does with a manifest: 1. the files and their digests; 2. the plan; 3. the upload; 4. what is wanted is written down; 5. wait until it is so.</summary>
internal sealed class FailoverManifest(HttpClient http, string control, TimeProvider time)
{
    private const string Project = "demo", Model = "birds";
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50), Limit = TimeSpan.FromMinutes(1);

    /// <summary>What the gateway calls what the manifest serves.</summary>
    public const string Service = $"{Project}-{Model}";

    private const string Yaml = $$"""
        name: {{Project}}
        data:
          train: { path: train.csv }
          validation: { path: validation.csv }
        models:
          {{Model}}:
            training:
              algorithm: boosted-trees
              task: multiclass
              label: species
              data: { train: train, validation: validation }
              hyperParameters: { rounds: "60", min_rows_in_leaf: "5", early_stopping_rounds: "20" }
              resources: { vcpu: 4, memoryGib: 16, hours: 0.05 }
            promotion:
              gates: [ { metric: "validation:accuracy", atLeast: 0.9 } ]
            service:
              clouds: [aws, gcp, azure]
        """;

    public async Task<Result<(Plan Plan, ModelStanding Standing)>> ApplyAsync(string folder, DemoTable birds, CancellationToken ct)
    {
        // 1.
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, "manifest.yaml");
        await File.WriteAllTextAsync(path, Yaml, ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "train.csv"), birds.TrainCsv, ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "validation.csv"), birds.ValidationCsv, ct);
        if (!(await ManifestFile.ReadAsync(path, ct)).TryGet(out var manifest, out var error)) return error;
        manifest = await ManifestFile.DigestAsync(manifest, path, ct);

        // 2.
        using var planned = await http.PostAsync(new Uri($"{control}/v1/plans"), Json(manifest), ct);
        if (!planned.IsSuccessStatusCode) return await RefusedAsync(planned, ct);
        var plan = (await planned.Content.ReadFromJsonAsync(PlanJson.Default.Plan, ct))!;

        // 3.
        foreach (var set in manifest.Data!.Values)
        {
            await using var content = File.OpenRead(ManifestFile.Beside(path, set.Path!));
            using var uploaded = await http.PutAsync(new Uri($"{control}/v1/artifacts/{set.Sha256}"), new StreamContent(content), ct);
            if (!uploaded.IsSuccessStatusCode) return await RefusedAsync(uploaded, ct);
        }

        // 4.
        using var applied = await http.PutAsync(new Uri($"{control}/v1/projects/{Project}"), Json(manifest), ct);
        if (!applied.IsSuccessStatusCode) return await RefusedAsync(applied, ct);

        // 5.
        return (await UntilSettledAsync(ct)).Map(s => (plan, s));
    }

    private async Task<Result<ModelStanding>> UntilSettledAsync(CancellationToken ct)
    {
        for (var began = time.GetTimestamp(); ;)
        {
            using var reply = await http.GetAsync(new Uri($"{control}/v1/projects/{Project}"), ct);
            if (!reply.IsSuccessStatusCode) return await RefusedAsync(reply, ct);
            var project = (await reply.Content.ReadFromJsonAsync(ControlJson.Default.ProjectReply, ct))!;
            if (project.Settled) return project.Models.Single();
            if (project.Models.Select(Standing.Obstacle).FirstOrDefault(o => o is not null) is { } obstacle) return new Error(ErrorCode.FailedPrecondition, $"The manifest cannot be applied: {obstacle}");
            if (time.GetElapsedTime(began) > Limit) return new Error(ErrorCode.DeadlineExceeded, $"The manifest was not applied within {Limit.TotalSeconds:0} s.");
            await Task.Delay(Every, time, ct);
        }
    }

    private static StringContent Json(Manifest manifest) => new(JsonSerializer.Serialize(manifest, ManifestJson.Default.Manifest), Encoding.UTF8, "application/json");

    private static async Task<Error> RefusedAsync(HttpResponseMessage reply, CancellationToken ct) =>
        new(ErrorCode.FailedPrecondition, $"The control plane answered {(int)reply.StatusCode}: {await reply.Content.ReadAsStringAsync(ct)}");
}
