using System.Text.Json;
using System.Text.Json.Serialization;

namespace Isobar.Server.Hosting;

/// <summary>The file in the data directory by which commands find the running server.</summary>
public static class RunFile
{
    /// <summary>Reads it; null when no server runs. One that was killed leaves its file, but not its lock.</summary>
    public static ServerAddresses? Read(string dataDirectory)
    {
        var path = PathIn(dataDirectory);
        if (!File.Exists(path) || !DataDirectoryLock.IsHeld(dataDirectory)) return null;
        try { return JsonSerializer.Deserialize(File.ReadAllText(path), HostingJson.Default.ServerAddresses); }
        catch (FileNotFoundException) { return null; /* It ended just now. */ }
    }

    internal static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "run.json");

    internal static void Write(string path, ServerAddresses addresses)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(addresses, HostingJson.Default.ServerAddresses));
        File.Move(path + ".new", path, overwrite: true);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServerAddresses))]
[JsonSerializable(typeof(HealthReply))]
internal sealed partial class HostingJson : JsonSerializerContext;

/// <summary>The reply of <c>/healthz</c>.</summary>
internal sealed record HealthReply(string Status, string Version);
