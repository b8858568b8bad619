using System.Globalization;
using System.Text.Json.Nodes;

namespace Isobar.Google.Client;

/// <summary>Machine types as Vertex AI wants them named: those that are built around accelerators go with the kind and the number of these.</summary>
internal static class GoogleMachines
{
    private static readonly (string Series, string Accelerator)[] Series =
    [
        ("a2-highgpu-", "NVIDIA_TESLA_A100"),
        ("a2-megagpu-", "NVIDIA_TESLA_A100"),
        ("a2-ultragpu-", "NVIDIA_A100_80GB"),
        ("a3-highgpu-", "NVIDIA_H100_80GB"),
        ("a3-megagpu-", "NVIDIA_H100_MEGA_80GB"),
    ];

    public static JsonObject Spec(string machineType)
    {
        var spec = new JsonObject { ["machineType"] = machineType };
        if (Accelerators(machineType) is not { } accelerators) return spec;
        (spec["acceleratorType"], spec["acceleratorCount"]) = (accelerators.Type, accelerators.Count);
        return spec;
    }

    private static (string Type, int Count)? Accelerators(string machineType)
    {
        // The names of these series end in the number of accelerators and a g; that of g2 in its processors.
        foreach (var (series, type) in Series)
            if (machineType.StartsWith(series, StringComparison.Ordinal) && int.TryParse(machineType[series.Length..].TrimEnd('g'), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return (type, count);
        return machineType switch
        {
            "g2-standard-24" => ("NVIDIA_L4", 2),
            "g2-standard-48" => ("NVIDIA_L4", 4),
            "g2-standard-96" => ("NVIDIA_L4", 8),
            _ => machineType.StartsWith("g2-standard-", StringComparison.Ordinal) ? ("NVIDIA_L4", 1) : null,
        };
    }
}
