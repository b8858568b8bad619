namespace Isobar.Server.Gateway.Formats;

/// <summary>Which service a path asks, and in whose words. Nothing is allocated.</summary>
internal static class PredictionPath
{
    private const string Plain = "/v1/models/", SageMaker = "/endpoints/", Vertex = "/v1/projects/", VertexBeta = "/v1beta1/projects/", Azure = "/online-endpoints/", Score = "/score";

    /// <summary>Reads a path; false where it asks no service. <paramref name="host"/> names the service where the path does not, as Azure's own addresses do.</summary>
    public static bool TryRead(ReadOnlySpan<char> path, ReadOnlySpan<char> host, out PredictionFormat format, out ReadOnlySpan<char> service)
    {
        format = PredictionFormat.Plain;
        service = default;
        if (path.Length < 6) return false;
        if (path.StartsWith(Plain, StringComparison.Ordinal)) return ReadModel(path[Plain.Length..], out format, out service);
        if (path.StartsWith(SageMaker, StringComparison.Ordinal))
        {
            if (!Split(path[SageMaker.Length..], out service, out var operation)) return false;
            format = operation is "invocations" ? PredictionFormat.SageMaker : PredictionFormat.SageMakerStream;
            return operation is "invocations" or "invocations-response-stream";
        }
        if (path.StartsWith(Vertex, StringComparison.Ordinal) || path.StartsWith(VertexBeta, StringComparison.Ordinal)) return ReadVertex(path, out format, out service);
        format = PredictionFormat.Azure;
        if (path.StartsWith(Azure, StringComparison.Ordinal)) return Split(path[Azure.Length..], out _, out var rest) && Split(rest, out service, out var score) && score is "score";
        if (!path.SequenceEqual(Score)) return false;
        var dot = host.IndexOf('.');
        service = dot > 0 ? host[..dot] : default;
        return dot > 0;
    }

    private static bool ReadModel(ReadOnlySpan<char> rest, out PredictionFormat format, out ReadOnlySpan<char> service)
    {
        format = PredictionFormat.Plain;
        if (!Split(rest, out service, out var operation)) return false;
        if (operation is "predict") return true;
        format = PredictionFormat.Azure;
        return operation is "score";
    }

    // projects/P/locations/L/endpoints/E:method
    private static bool ReadVertex(ReadOnlySpan<char> path, out PredictionFormat format, out ReadOnlySpan<char> service)
    {
        format = PredictionFormat.Vertex;
        service = default;
        var colon = path.LastIndexOf(':');
        var slash = path.LastIndexOf('/');
        if (colon < slash || !path[..slash].EndsWith("/endpoints", StringComparison.Ordinal)) return false;
        service = path[(slash + 1)..colon];
        switch (path[(colon + 1)..])
        {
            case "predict": return true;
            case "rawPredict" or "streamRawPredict": format = PredictionFormat.VertexRaw; return true;
            default: return false;
        }
    }

    private static bool Split(ReadOnlySpan<char> text, out ReadOnlySpan<char> before, out ReadOnlySpan<char> after)
    {
        var slash = text.IndexOf('/');
        before = slash > 0 ? text[..slash] : default;
        after = slash > 0 ? text[(slash + 1)..] : default;
        return slash > 0;
    }
}
