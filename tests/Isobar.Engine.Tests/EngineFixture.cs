using Isobar.Engine.Objects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Engine.Tests;

/// <summary>A whole engine over a folder of its own; it can be dropped and started anew over the same folder.</summary>
internal sealed class EngineFixture : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Func<EngineOptions, EngineOptions> _configure;
    private ServiceProvider? _services;

    private readonly Action<IServiceCollection> _add;

    public EngineFixture(Func<EngineOptions, EngineOptions>? configure = null, Action<IServiceCollection>? services = null) =>
        (_configure, _add) = (configure ?? (o => o), services ?? (_ => { }));

    public TempFolder Folder => _folder;

    public T Get<T>() where T : notnull => _services!.GetRequiredService<T>();

    public async Task<EngineFixture> StartAsync()
    {
        var options = _configure(new EngineOptions
        {
            DataDirectory = _folder.Path,
            StopGracePeriod = TimeSpan.FromSeconds(5),
            WorkerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "isobar.dll")],
        });
        var services = new ServiceCollection().AddLogging(l => l.SetMinimumLevel(LogLevel.Warning)).AddHttpClient().AddIsobarEngine(options);
        _add(services);
        _services = services.BuildServiceProvider();
        foreach (var hosted in _services.GetServices<IHostedService>()) await hosted.StartAsync(default);
        return this;
    }

    public async Task StopAsync()
    {
        if (_services is null) return;
        foreach (var hosted in _services.GetServices<IHostedService>().Reverse()) await hosted.StopAsync(default);
        await _services.DisposeAsync();
        _services = null;
    }

    public async Task PutAsync(BucketName bucket, string key, string text)
    {
        await Get<IObjectStore>().CreateBucketAsync(bucket);
        var put = await Get<IObjectStore>().PutAsync(bucket, key, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.True(put.IsOk, put.Error?.ToString());
    }

    public async Task<byte[]> ReadAsync(BucketName bucket, string key)
    {
        await using var open = (await Get<IObjectStore>().OpenAsync(bucket, key)).Value;
        var copy = new MemoryStream();
        await open.Content.CopyToAsync(copy);
        return copy.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}
