using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Isobar.MultiCloud.Manifests;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>What things are called in the clouds. But for a training's job, a name says all that it is made of, so that doing something twice is doing it once.</summary>
internal static class Names
{
    public static string Standing(string project, string model) => $"{project}/{model}";

    public static string Endpoint(string project, string model) => $"{project}-{model}";

    /// <summary>The endpoint of a version on trial. Azure's names end at 32 characters.</summary>
    public static string Trial(string project, string model) => Endpoint(project, model) is { Length: > 30 } longest ? $"{longest[..30]}-c" : $"{Endpoint(project, model)}-c";

    /// <summary>
    /// A job that there was not before: clouds keep the names of what is long done, and a training that comes again (data that are as they once were, a project that was
    /// destroyed) must not be taken for the one of then. It is written down before the job is started.
    /// </summary>
    public static string Job(string project, string model, int attempt) => $"{project}-{model}-{Guid.NewGuid().ToString("n")[..8]}-{attempt}";

    public static string Model(string project, string model, int version) => $"{project}-{model}-v{version:D4}";

    public static string Variant(int version) => $"v{version:D4}";

    public static string Artifact(string model, int version) => $"models/{model}/v{version:D4}/model.tar.gz";

    /// <summary>What a machine of a service is chosen by, and whether it keeps what it is asked.</summary>
    public static string Needs(ServiceWish service) => $"{service.Resources ?? new Resources()} {string.Join(' ', service.Regions ?? [])} {string.Join(' ', service.Residency ?? [])}{(service.Monitoring is { } watch ? $" captured {watch.CapturePercent}" : "")}";

    /// <summary>A digest of the training and of the data that it reads.</summary>
    public static string Fingerprint(Manifest manifest, TrainingWish training)
    {
        // Where it may run and for how long does not change what comes out.
        var essence = training with { Resources = null, Spot = false, MaxRunTime = 0, MaxAttempts = 0, Clouds = null, Checkpoints = true, Code = training.Code is { } code ? code with { Path = "" } : null };
        var text = new StringBuilder(JsonSerializer.Serialize(essence, ManifestJson.Default.TrainingWish));
        foreach (var (channel, name) in training.Data.OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            var set = manifest.Data![name];
            text.Append('\n').Append(channel).Append('=').Append(set.From is { } from ? $"{Fingerprint(manifest, manifest.Models![from].Training!)}/{set.File}" : set.Sha256 ?? $"{set.Cloud}:{set.Bucket}/{set.Key}").Append(' ').Append(set.ContentType);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
