using System.Net;
using Isobar.Aws.Signing;
using Isobar.Azure;
using Isobar.Engine;
using Isobar.Engine.Processes;
using Isobar.Google;
using Isobar.Server.Access;
using Isobar.Server.Clouds;
using Isobar.Server.Cluster;
using Isobar.Server.Control;
using Isobar.Server.Dashboard;
using Isobar.Server.Gateway;
using Isobar.Server.Ports;
using Isobar.Server.Telemetry;
using Isobar.Server.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Isobar.Server.Hosting;

/// <summary>A running Isobar: the engine, the emulators and the control plane in one process.</summary>
public sealed class IsobarServer : IAsyncDisposable
{
    /// <summary>An invocation may take a minute.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(65);
    private readonly WebApplication _app;
    private readonly DataDirectoryLock _lock;
    private readonly IsobarServerOptions _options;

    private IsobarServer(WebApplication app, DataDirectoryLock held, IsobarServerOptions options, ServerAddresses addresses) =>
        (_app, _lock, _options, Addresses) = (app, held, options, addresses);

    /// <summary>Where it answers.</summary>
    public ServerAddresses Addresses { get; }

    /// <summary>Its services, for those who run it in their own process.</summary>
    public IServiceProvider Services => _app.Services;

    // 1. hold the data directory; 2. build the host; 3. bind and start; 4. tell that it is ready.
    /// <summary>Starts a server; it is ready when this returns.</summary>
    /// <exception cref="DataDirectoryInUseException">Another server holds the data directory.</exception>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<IsobarServer> StartAsync(IsobarServerOptions options, CancellationToken ct = default)
    {
        // 1.
        options = options with { DataDirectory = Path.GetFullPath(options.DataDirectory) };
        var held = await DataDirectoryLock.TakeAsync(options.DataDirectory, TimeProvider.System, ct).ConfigureAwait(false);
        // The file of a server that was killed names its addresses, not ours.
        File.Delete(RunFile.PathIn(options.DataDirectory));
        try
        {
            // 2.
            var control = new IPEndPoint(options.Address, options.ControlPort);
            var emulators = Dialect.All.Select(d => new IPEndPoint(options.Address, d.Port(options))).ToArray();
            var accounts = CloudsFile.Read(options.DataDirectory);
            SiloCertificate? certificate = null;
            if (options.Cluster is { } cluster)
            {
                // The emulators of this machine are nobody else's.
                accounts = accounts with { Local = false };
                if (accounts.Clouds.Count == 0) throw new IOException($"In a cluster, every silo must reach the same clouds: name them in {Path.Combine(options.DataDirectory, "clouds.json")} (an emulator elsewhere has an endpoint).");
                await using var database = new PostgresDatabase(cluster, TimeProvider.System);
                await database.UpgradeAsync(ct).ConfigureAwait(false);
                certificate = SiloCertificate.Of(cluster, options.DataDirectory, new PostgresFiles(database), TimeProvider.System);
            }
            var app = Build(options, [control, .. emulators], certificate);
            int[] bound = [];
            MapBranches(app, () => bound);

            // 3.
            await BindAsync(app, options, ct).ConfigureAwait(false);
            var ports = (SniffingListenerFactory)app.Services.GetRequiredService<IConnectionListenerFactory>();
            bound = [.. emulators.Select(e => ports.Bound(e).Port)];

            // 4.
            var urls = Dialect.All.Zip(emulators, (d, e) => (d.Name, Url: Url(ports.Bound(e)))).ToDictionary(d => d.Name, d => d.Url);
            // The key file of the last run names the last run's address.
            GoogleEnvironment.Variables(options.DataDirectory, urls["gcp"]);
            app.Services.GetRequiredService<LocalAddresses>().Set(urls);
            var addresses = new ServerAddresses(Url(ports.Bound(control)), urls["aws"], urls["gcp"], urls["azure"], CertificateAuthority.PathIn(options.DataDirectory), Environment.ProcessId, options.DataDirectory, options.VerifySignatures, options.RequireKeys);
            await app.Services.GetRequiredService<ComposedClouds>().OpenAsync(accounts, addresses, ct).ConfigureAwait(false);
            RunFile.Write(RunFile.PathIn(options.DataDirectory), addresses);
            if (options.ReadyFile is { } ready) RunFile.Write(ready, addresses);
            return new IsobarServer(app, held, options, addresses);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Completes when the process is asked to end (SIGTERM, Ctrl-C).</summary>
    public Task WaitForShutdownAsync(CancellationToken ct = default) => _app.WaitForShutdownAsync(ct);

    /// <summary>Answers what is under way, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        File.Delete(RunFile.PathIn(_options.DataDirectory));
        _lock.Dispose();
    }

    private static async Task BindAsync(WebApplication app, IsobarServerOptions options, CancellationToken ct)
    {
        try { await app.StartAsync(ct).ConfigureAwait(false); }
        catch (PortUnavailableException e)
        {
            // What has started in the background ends in peace only when it is told that the end is wanted.
            app.Lifetime.StopApplication();
            await app.DisposeAsync().ConfigureAwait(false);
            var option = Dialect.All.Select(d => (Name: $"--{d.Name}-port", Port: d.Port(options))).Prepend(("--port", options.ControlPort)).First(p => p.Item2 == e.EndPoint.Port).Item1;
            throw new IOException(e.IsOfAddress ? $"{e.Message} Choose another address with --bind." : $"{e.Message} Choose another port with {option}; 0 takes any free one.", e);
        }
    }

    private static WebApplication Build(IsobarServerOptions options, IPEndPoint[] ports, SiloCertificate? silo)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "isobar" });
        builder.Configuration.AddTelemetryVariables();
        builder.Services.AddRoutingCore();
        builder.Services.AddHttpClient();
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning)
            // That the dashboard's keys are guarded by the folder's rights alone is said in the documents, not in every log.
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error).AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error).QuietUntraced();
        builder.Logging.AddProvider(new FileLoggerProvider(Path.Combine(options.DataDirectory, "server.log"), TimeProvider.System));
        if (options.LogToConsole) builder.Logging.AddSimpleConsole(c => c.SingleLine = true).AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning)
            // How a runtime is set up, and that it asks again a silo that is gone or a database that is away, is nothing that a person could mend: the cluster tells both itself, once.
            .AddFilter<ConsoleLoggerProvider>("Orleans", LogLevel.Critical)
            // A start that fails is told by whoever started it.
            .AddFilter<ConsoleLoggerProvider>("Microsoft.Extensions.Hosting", LogLevel.Critical);
        // What the engine and the emulators take for the time; nobody else's clock is wrong.
        if (options.ClockOffset != TimeSpan.Zero) builder.Services.AddSingleton<TimeProvider>(new OffsetClock(options.ClockOffset));
        var engine = new EngineOptions { DataDirectory = options.DataDirectory, WorkerCommand = options.WorkerCommand, SpotInterruptionRate = options.SpotInterruptionRate };
        builder.Services.AddIsobarEngine(options.MaxParallelJobs is { } jobs ? engine with { MaxParallelJobs = jobs } : engine);
        foreach (var dialect in Dialect.All) dialect.Add(builder.Services);
        builder.Services.AddSharedState(options.Cluster);
        builder.AddSilo(options, silo);
        builder.Services.AddClouds();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<LocalAddresses>();
        builder.Services.AddGateway();
        builder.Services.AddTelemetry();
        builder.Services.AddControl(options.DataDirectory);
        builder.Services.AddControlKeys();
        builder.Services.AddDashboard();
        if (options.VerifySignatures) builder.Services.AddSignatureVerification().AddAzureVerification();
        builder.Services.Configure<HostOptions>(h => h.ShutdownTimeout = DrainTimeout);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton<IConnectionListenerFactory, SniffingListenerFactory>();
        var certificate = new Lazy<System.Security.Cryptography.X509Certificates.X509Certificate2>(() => CertificateAuthority.ServerCertificate(options.DataDirectory, TimeProvider.System));
        // Made while everything else starts: clients are told where the authority lies as soon as the server is ready.
        var made = Task.Run(() => certificate.Value);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Each route bounds its own body: an object may have 5 GB, an invocation 6 MB.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            foreach (var port in ports)
            {
                kestrel.Listen(new SniffedEndPoint(port, Spoken.Http1), l => l.Protocols = HttpProtocols.Http1);
                kestrel.Listen(new SniffedEndPoint(port, Spoken.Http2), l => l.Protocols = HttpProtocols.Http2);
                kestrel.Listen(new SniffedEndPoint(port, Spoken.Tls), l =>
                {
                    l.Protocols = HttpProtocols.Http1AndHttp2;
                    l.UseHttps(h => h.ServerCertificateSelector = (_, _) => made.Result);
                });
            }
        });
        return builder.Build();
    }

    private static void MapBranches(WebApplication app, Func<int[]> ports)
    {
        // A builder of its own for each: a dialect's routes are seen on its own port alone.
        var branches = Dialect.All.Select(d =>
        {
            var branch = new ApplicationBuilder(app.Services);
            branch.Use(next => http =>
            {
                TelemetryRegistration.TellCloud(d.Name);
                return next(http);
            });
            if (app.Services.GetRequiredService<TimeProvider>() is OffsetClock clock) branch.Use(clock.TellDate);
            d.Map(branch);
            return branch.Build();
        }).ToArray();
        app.Use(next => http => Array.IndexOf(ports(), http.Connection.LocalPort) is >= 0 and var found ? branches[found](http) : next(http));
        app.UseGateway();
        app.UseDashboard();
        app.UseControlKeys();
        app.Use(Buffered.KeepBody);
        app.UseStatusCodePages(Control.Problems.TellAsync);
        app.UseRouting();
        app.MapUsage();
        app.MapGateway();
        app.MapTelemetry();
        app.MapControl();
        app.MapCosts();
        app.MapBatches();
        app.MapCluster(app.Services.GetRequiredService<IsobarServerOptions>());
        app.MapLogs();
        app.MapMonitoring();
        app.MapGet("/healthz", http => http.Response.WriteAsJsonAsync(new HealthReply("ready", Version), HostingJson.Default.HealthReply));
    }

    private static string Version => typeof(IsobarServer).Assembly.GetName().Version!.ToString(3);

    // What listens on every address is reached on this machine by loopback; an IPv6 address has brackets in a URL.
    private static string Url(IPEndPoint bound) =>
        $"http://{(bound.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, bound.Port) : bound.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, bound.Port) : bound)}";
}
