using Isobar.Core.Results;

namespace Isobar.Engine.Serving.Codecs;

/// <summary>Makes the neutral codec: CSV, JSON, JSON Lines and NumPy arrays, onto whatever inputs a graph has.</summary>
internal sealed class TensorsCodecFactory : IInvocationCodecFactory
{
    public string Name => "tensors";

    public Result<IInvocationCodec> Create(CodecContext context) => Result<IInvocationCodec>.Ok((IInvocationCodec?)ForecastCodec.For(context.Manifest) ?? new TensorsCodec(context.Signature));
}
