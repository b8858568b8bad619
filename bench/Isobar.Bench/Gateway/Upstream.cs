using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Bench.Gateway;

/// <summary>What stands behind the proxies: reads a body and answers a small JSON text. Several addresses may be one process.</summary>
internal static class Upstream
{
    private static readonly byte[] Answer = """{"predictions": [{"predicted_label": "Adelie", "score": 0.98}]}"""u8.ToArray();

    public static async Task RunAsync(int ports)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        for (var i = 0; i < ports; i++) app.Urls.Add("http://127.0.0.1:0");
        app.Run(async http =>
        {
            var body = http.Request.BodyReader;
            while (true)
            {
                var read = await body.ReadAsync();
                body.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = Answer.Length;
            await http.Response.Body.WriteAsync(Answer);
        });
        await app.StartAsync();
        Console.WriteLine(string.Join(' ', app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses));
        await app.WaitForShutdownAsync();
    }
}
