using System.Buffers;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.Serving;

/// <summary>
/// Turns the bytes of a request into tensors, and tensors into the bytes of a reply. One for each deployed variant, called by many threads
/// at once: it keeps no state between calls and allocates as little as it can.
/// </summary>
public interface IInvocationCodec
{
    /// <summary>
    /// Fills <paramref name="into"/> (tensors of the graph's inputs: <see cref="NamedTensor.Reset(ReadOnlySpan{long})"/>, then write) and sets its rows.
    /// <see cref="ErrorCode.InvalidArgument"/> names the row and column; <see cref="ErrorCode.Unimplemented"/>: a content type that is not taken.
    /// </summary>
    Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into);

    /// <summary>Writes the reply and gives its content type. <see cref="ErrorCode.Unimplemented"/>: nothing in <paramref name="accept"/> can be written.</summary>
    Result<string> Encode(string? accept, TensorBatch inputs, TensorBatch outputs, IBufferWriter<byte> to);
}

/// <summary>What a codec is made for.</summary>
/// <param name="Signature">What the graph takes and gives.</param>
/// <param name="Folder">The unpacked artifact.</param>
/// <param name="Manifest"><c>model.json</c> of the artifact, or null where it has none (a user's own file).</param>
/// <param name="Environment">The model's environment.</param>
public sealed record CodecContext(OnnxSignature Signature, string Folder, ModelManifest? Manifest, IReadOnlyDictionary<string, string> Environment);

/// <summary>Makes codecs of one kind. Registered in the container; <see cref="Models.OnnxProgram.Codec"/> names it.</summary>
public interface IInvocationCodecFactory
{
    /// <summary>Such as <c>tensors</c> or <c>sagemaker-xgboost</c>.</summary>
    string Name { get; }
    /// <summary>Makes the codec of a deployed model; a failure fails the deployment with its message.</summary>
    Result<IInvocationCodec> Create(CodecContext context);
}
