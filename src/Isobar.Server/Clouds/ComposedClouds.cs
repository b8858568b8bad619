using Isobar.Core.Capabilities;
using Isobar.MultiCloud.Clouds;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Clouds;

/// <summary>The clouds of this server. Each client has services of its own: two accounts of one vendor share no credentials and no circuit breaker.</summary>
internal sealed class ComposedClouds(OnPremisesClient machine) : IClouds, IAsyncDisposable
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ServiceProvider> _clients = [];
    private volatile IReadOnlyList<CloudEntry> _all = [];

    public Task Ready => _ready.Task;

    public IReadOnlyList<CloudEntry> All => _all;

    public CloudEntry? Find(string name) => _all.FirstOrDefault(c => c.Name == name);

    /// <summary>The accounts among them.</summary>
    public IReadOnlyList<CloudAccount> Accounts { get; private set; } = [];

    /// <summary>Composes the clouds, once the ports are known.</summary>
    public async Task OpenAsync(CloudsFile file, ServerAddresses addresses, CancellationToken ct)
    {
        var all = new List<CloudEntry>();
        if (file.Local)
        {
            foreach (var local in await LocalClouds.AllAsync(machine, addresses, ct).ConfigureAwait(false)) all.Add(Compose(local));
            all.Add(new CloudEntry("onprem", "onprem", "local", machine.Cloud) { Emulated = true });
        }
        all.AddRange(file.Clouds.Select(a => Compose(AccountClouds.Of(a))));
        (Accounts, _all) = (file.Clouds, all);
        _ready.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync().ConfigureAwait(false);
    }

    private CloudEntry Compose(CloudClient client)
    {
        var services = new ServiceCollection().AddLogging();
        client.Add(services);
        var provider = services.BuildServiceProvider();
        _clients.Add(provider);
        return new CloudEntry(client.Name, client.Kind, client.Region, provider.GetRequiredService<ICloud>()) { Endpoint = client.Endpoint, Emulated = client.Emulated };
    }
}

/// <summary>How a client is composed.</summary>
internal sealed record CloudClient(string Name, string Kind, string Region, Uri? Endpoint, bool Emulated, Action<IServiceCollection> Add);
