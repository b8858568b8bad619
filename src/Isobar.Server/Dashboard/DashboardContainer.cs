using System.Diagnostics;
using Isobar.MultiCloud.Alerts;
using Isobar.MultiCloud.Audit;
using Isobar.MultiCloud.Batches;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Monitoring.Quality;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Placement;
using Isobar.MultiCloud.Registry;
using Isobar.Server.Access;
using Isobar.Server.Dashboard.Actions;
using Isobar.Server.Dashboard.Live;
using Isobar.Server.Dashboard.Reads;
using Isobar.Server.Dashboard.SignIn;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Radzen;

namespace Isobar.Server.Dashboard;

/// <summary>
/// The services of the pages, in a container of their own that is made with the first page: components, circuits and their libraries are neither loaded nor
/// registered while nobody looks. What the pages read is the server's, and is shared.
/// </summary>
internal sealed class DashboardContainer(IServiceProvider server) : IAsyncDisposable
{
    private static readonly Type[] Shared =
    [
        typeof(IClouds), typeof(ControlPlane), typeof(Versions), typeof(Reconciler), typeof(Blocks), typeof(Events), typeof(AuditLog), typeof(ObjectiveWatch), typeof(DriftWatch), typeof(QualityBook), typeof(BatchBook), typeof(CostBook), typeof(Adviser), typeof(IUsage), typeof(IPriceTable),
        typeof(ServiceTable), typeof(TrafficHistory), typeof(ControlKeys), typeof(IsobarServerOptions), typeof(TimeProvider),
        typeof(ILoggerFactory), typeof(IConfiguration), typeof(IWebHostEnvironment), typeof(IHostEnvironment), typeof(IHostApplicationLifetime), typeof(DiagnosticListener), typeof(DiagnosticSource),
    ];

    private readonly Lazy<ServiceProvider> _services = new(() => Make(server));

    public IServiceProvider Services => _services.Value;

    public ValueTask DisposeAsync() => _services.IsValueCreated ? _services.Value.DisposeAsync() : ValueTask.CompletedTask;

    private static ServiceProvider Make(IServiceProvider server)
    {
        var services = new ServiceCollection();
        // An instance that is handed in stays its maker's: this container does not end it.
        foreach (var type in Shared) services.AddSingleton(type, server.GetRequiredService(type));
        var options = server.GetRequiredService<IsobarServerOptions>();
        services.AddLogging().AddMetrics().AddRouting();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddRadzenComponents();
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery(a => a.Cookie.Name = "isobar-antiforgery");
        services.AddDataProtection().SetApplicationName("isobar").PersistKeysToFileSystem(KeyFolder(options.DataDirectory));
        if (options.RequireKeys) services.AddDashboardSession();
        services.AddSingleton<CloudReads>().AddSingleton<BookReads>().AddSingleton<SpendHistory>().AddSingleton<Pulse>();
        services.AddScoped<Follow>().AddScoped<Doing>();
        return services.BuildServiceProvider();
    }

    // The keys seal sessions: nobody but the owner reads them.
    private static DirectoryInfo KeyFolder(string data)
    {
        var path = Path.Combine(data, "dashboard");
        return OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
