using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Isobar.Google.VertexAi;

/// <summary>
/// Field masks in a body. JSON has them in camel case, Google's client for Node.js sends them in snake case and Google's servers take both;
/// the JSON reader here refuses the latter, so they are mended before it sees them.
/// </summary>
internal static class SnakeMasks
{
    private const int MaxBody = 1 << 20;

    /// <summary>Whether a request has a mask in its body: of all methods built, one does.</summary>
    public static bool Matches(HttpRequest request) => request.Method == "POST" && request.Path.Value?.EndsWith(":mutateDeployedModel", StringComparison.Ordinal) == true;

    public static async Task MendAsync(HttpContext http, RequestDelegate next)
    {
        var kept = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; kept.Length <= MaxBody && (read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted).ConfigureAwait(false)) > 0;) kept.Write(buffer, 0, read);
        if (kept.Length > MaxBody) throw new BadHttpRequestException($"The request takes at most {MaxBody} bytes.", StatusCodes.Status413PayloadTooLarge);
        http.Request.Body = Mended(kept);
        http.Request.ContentLength = http.Request.Body.Length;
        await next(http).ConfigureAwait(false);
    }

    private static MemoryStream Mended(MemoryStream body)
    {
        body.Position = 0;
        try
        {
            if (JsonNode.Parse(body.GetBuffer().AsSpan(0, (int)body.Length)) is not JsonObject document || document["updateMask"] is not JsonValue mask || !mask.TryGetValue<string>(out var text)) return body;
            document["updateMask"] = string.Join(',', text.Split(',').Select(path => string.Join('.', path.Split('.').Select(JsonNamingPolicy.SnakeCaseLower.ConvertName).Select(Camel))));
            return new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(document));
        }
        catch (JsonException)
        {
            // What is no JSON is refused where all of it is.
            return body;
        }
    }

    private static string Camel(string snake)
    {
        var words = snake.Split('_');
        return words[0] + string.Concat(words.Skip(1).Where(w => w.Length > 0).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    }
}
