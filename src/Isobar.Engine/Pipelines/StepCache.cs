using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Engine.State;

namespace Isobar.Engine.Pipelines;

/// <summary>Results of steps, by what went into them.</summary>
internal sealed record CachedStep(string Execution, JsonNode? Outputs, DateTimeOffset Ended);

/// <summary>Remembers what steps gave.</summary>
internal sealed class StepCache(IStateStore state, TimeProvider time)
{
    private static readonly Collection<CachedStep> Steps = new("pipelines.cache", PipelinesJson.Default.CachedStep);

    public async Task<CachedStep?> FindAsync(PipelineSpec spec, PipelineStep step, JsonNode? arguments, CancellationToken ct)
    {
        if (step.Cache is not { } caching) return null;
        if (await state.GetAsync(Steps, Key(spec, step, arguments), ct).ConfigureAwait(false) is not { } found) return null;
        return caching.MaxAge is { } age && time.GetUtcNow() - found.Value.Ended > age ? null : found.Value;
    }

    public async Task KeepAsync(PipelineSpec spec, StepRun run, CancellationToken ct)
    {
        if (run.Step.Cache is null || run.CachedFrom is not null) return;
        await state.PutAsync(Steps, Key(spec, run.Step, run.Resolved), new CachedStep(spec.Id, run.Outputs, time.GetUtcNow()), ct).ConfigureAwait(false);
    }

    private static string Key(PipelineSpec spec, PipelineStep step, JsonNode? arguments)
    {
        var print = SHA256.HashData(Encoding.UTF8.GetBytes($"{step.Kind}\n{Sorted(arguments)?.ToJsonString()}\n{Sorted(step.Data)?.ToJsonString()}"));
        return $"{spec.Owner}/{step.Cache!.Scope}/{Convert.ToHexStringLower(print)}";
    }

    // The order of members says nothing.
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
