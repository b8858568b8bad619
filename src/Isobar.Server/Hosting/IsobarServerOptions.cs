using System.Net;
using Isobar.Server.Cluster;

namespace Isobar.Server.Hosting;

/// <summary>How a server is started.</summary>
public sealed record IsobarServerOptions
{
    /// <summary>The folder that holds everything. Default <c>.isobar</c>.</summary>
    public string DataDirectory { get; init; } = ".isobar";
    /// <summary>The address to listen on. Default: loopback.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;
    /// <summary>Control plane, gateway and dashboard; 0 for any free port.</summary>
    public int ControlPort { get; init; } = 7700;
    /// <summary>The AWS dialect; 0 for any free port.</summary>
    public int AwsPort { get; init; } = 4566;
    /// <summary>The Google Cloud dialect; 0 for any free port.</summary>
    public int GcpPort { get; init; } = 4588;
    /// <summary>The Azure dialect; 0 for any free port.</summary>
    public int AzurePort { get; init; } = 4577;
    /// <summary>Children at the same time; null for the engine's default.</summary>
    public int? MaxParallelJobs { get; init; }
    /// <summary>Probability that a managed spot job is interrupted, per attempt.</summary>
    public double SpotInterruptionRate { get; init; }
    /// <summary>Whether requests must be signed by a key of <c>isobar keys</c>.</summary>
    public bool VerifySignatures { get; init; }
    /// <summary>Whether the control plane's API and the dashboard ask for a key of <c>isobar keys</c>.</summary>
    public bool RequireKeys { get; init; }
    /// <summary>The OpenID provider whose tokens open services of the gateway, such as <c>https://login.example.com</c>; null: keys alone do.</summary>
    public string? OidcAuthority { get; init; }
    /// <summary>The audience that its tokens must be for; null: any.</summary>
    public string? OidcAudience { get; init; }
    /// <summary>How far the server's clock is ahead of the machine's; negative: behind. For tests of clients whose cloud has another time.</summary>
    public TimeSpan ClockOffset { get; init; }
    /// <summary>Written once everything is ready; null for none.</summary>
    public string? ReadyFile { get; init; }
    /// <summary>The other servers that it shares its control plane with; null: it stands alone.</summary>
    public ClusterOptions? Cluster { get; init; }
    /// <summary>The program and first arguments of the worker process.</summary>
    public required IReadOnlyList<string> WorkerCommand { get; init; }
    /// <summary>Whether warnings and errors are also written to the terminal.</summary>
    public bool LogToConsole { get; init; } = true;
}

/// <summary>Where a running server answers.</summary>
/// <param name="Control">Control plane.</param>
/// <param name="Aws">The AWS dialect.</param>
/// <param name="Gcp">The Google Cloud dialect.</param>
/// <param name="Azure">The Azure dialect.</param>
/// <param name="Ca">The certificate authority's file, PEM.</param>
/// <param name="Pid">The server's process.</param>
/// <param name="DataDirectory">Its data.</param>
/// <param name="VerifySignatures">Whether requests must be signed by a key of <c>isobar keys</c>.</param>
/// <param name="RequireKeys">Whether the control plane asks for one.</param>
public sealed record ServerAddresses(string Control, string Aws, string Gcp, string Azure, string Ca, int Pid, string DataDirectory, bool VerifySignatures = false, bool RequireKeys = false);
