using Isobar.Aws;
using Isobar.Azure;
using Isobar.Google;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Hosting;

/// <summary>A cloud's emulator and the port that it answers on.</summary>
internal sealed record Dialect(string Name, Func<IsobarServerOptions, int> Port, Action<IServiceCollection> Add, Action<IApplicationBuilder> Map)
{
    public static readonly IReadOnlyList<Dialect> All =
    [
        new("aws", o => o.AwsPort, s => s.AddAwsEmulator(), a => a.MapAwsEmulator()),
        new("gcp", o => o.GcpPort, s => s.AddGoogleEmulator(), a => a.MapGoogleEmulator()),
        new("azure", o => o.AzurePort, s => s.AddAzureEmulator(), a => a.MapAzureEmulator()),
    ];
}
