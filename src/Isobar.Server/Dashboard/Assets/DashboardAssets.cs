using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Isobar.Server.Dashboard.Assets;

/// <summary>The pages' stylesheets, scripts and font. They lie in the assembly: the server is found complete whether it is run, published or tested, and nothing is loaded from elsewhere.</summary>
internal sealed class DashboardAssets
{
    private const string Prefix = "dashboard/";
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".woff2"] = "font/woff2",
    }.ToFrozenDictionary();

    // Read and digested when the first page is asked for, not when the server starts.
    private static readonly FrozenDictionary<string, Lazy<Asset>> All = typeof(DashboardAssets).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(n => n[Prefix.Length..], n => new Lazy<Asset>(() => Asset.Read(n)));

    /// <summary>The address of a file below the dashboard's own; it changes with the content, so that browsers may keep it.</summary>
    public static string Url(string name) => $"assets/{name}?v={All[name].Value.Tag}";

    /// <summary>Answers with a file; 404 for any other name.</summary>
    public static async Task AnswerAsync(HttpContext http, string name)
    {
        if (!All.TryGetValue(name, out var found))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var asset = found.Value;
        var headers = http.Response.Headers;
        headers.ETag = $"\"{asset.Tag}\"";
        // A font is asked for by the stylesheet, without the digest.
        headers.CacheControl = http.Request.Query["v"] == asset.Tag ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = "Accept-Encoding";
        if (http.Request.Headers.IfNoneMatch.ToString().Contains(asset.Tag, StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        http.Response.ContentType = Types[Path.GetExtension(name)];
        var zipped = asset.Zipped is not null && http.Request.GetTypedHeaders().AcceptEncoding.Any(e => e.Value == "gzip" && e.Quality is null or > 0);
        if (zipped) headers[HeaderNames.ContentEncoding] = "gzip";
        var bytes = zipped ? asset.Zipped! : asset.Plain;
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
    }

    private sealed record Asset(string Tag, byte[] Plain, byte[]? Zipped)
    {
        public static Asset Read(string resource)
        {
            using var stream = typeof(DashboardAssets).Assembly.GetManifestResourceStream(resource)!;
            var plain = new byte[stream.Length];
            stream.ReadExactly(plain);
            return new Asset(Convert.ToHexStringLower(SHA256.HashData(plain))[..16], plain, resource.EndsWith(".woff2", StringComparison.Ordinal) ? null : Zip(plain));
        }

        private static byte[] Zip(byte[] plain)
        {
            var zipped = new MemoryStream();
            using (var zip = new GZipStream(zipped, CompressionLevel.Fastest)) zip.Write(plain);
            return zipped.ToArray();
        }
    }
}
