using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Tests.Harness;

/// <summary>A web server of a test on any free port of this machine.</summary>
internal sealed class LoopbackApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoopbackApp(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public static async Task<LoopbackApp> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new LoopbackApp(app);
    }

    /// <summary>A model server that answers everything alike.</summary>
    public static Task<LoopbackApp> ModelAsync() => StartAsync(http =>
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync("""{"predictions": [1]}""");
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
