using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;

namespace Isobar.Google.VertexAi.Prediction.Fast;

/// <summary>What one call writes its body and its answer in, used again by the next.</summary>
internal sealed class PredictScratch
{
    private const int MaxKept = 64 * 1024;

    public PredictScratch() => Json = new Utf8JsonWriter(Body, new JsonWriterOptions { SkipValidation = true });

    public ArrayBufferWriter<byte> Body { get; } = new(1024);
    public Utf8JsonWriter Json { get; }
    public ProtoWriter Frame { get; } = new();

    public void Reset()
    {
        Body.ResetWrittenCount();
        Json.Reset();
    }

    /// <summary>Keeps what is worth its memory while nobody uses it.</summary>
    internal sealed class Policy : PooledObjectPolicy<PredictScratch>
    {
        public override PredictScratch Create() => new();

        public override bool Return(PredictScratch scratch) => scratch.Body.Capacity <= MaxKept && scratch.Frame.Capacity <= MaxKept;
    }
}
