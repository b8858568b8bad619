using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Bench.Dialects;

/// <summary>Kestrel with nothing behind it, HTTP/1.1 on one port and HTTP/2 on another: it reads a request and answers as many bytes as a prediction has. What their rates differ by is the protocol's.</summary>
internal static class EmptyServer
{
    private const int AnswerBytes = 120;

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http1);
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        // A frame of gRPC holds its length, and nobody here looks into it.
        var answer = new byte[AnswerBytes];
        app.Run(async http =>
        {
            while (true)
            {
                var read = await http.Request.BodyReader.ReadAsync();
                http.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }
            if (http.Request.Protocol == "HTTP/2")
            {
                http.Response.ContentType = "application/grpc";
                Microsoft.AspNetCore.Http.ResponseTrailerExtensions.AppendTrailer(http.Response, "grpc-status", "0");
            }
            else http.Response.ContentLength = AnswerBytes;
            http.Response.BodyWriter.Write(answer);
        });
        await app.StartAsync();
        Console.WriteLine(string.Join(' ', app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses));
        await app.WaitForShutdownAsync();
    }
}
