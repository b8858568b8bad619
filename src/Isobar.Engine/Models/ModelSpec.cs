using System.Text.Json.Serialization;
using Isobar.Engine.Training;

namespace Isobar.Engine.Models;

/// <summary>What answers for a model.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(OnnxProgram), "onnx")]
[JsonDerivedType(typeof(ScriptModelProgram), "script")]
public abstract record ModelProgram;

/// <summary>The engine runs the artifact's ONNX graph itself.</summary>
/// <param name="Codec">Which codec reads requests and writes replies: the <see cref="Serving.IInvocationCodecFactory.Name"/> of one registered, such as <c>tensors</c>.</param>
public sealed record OnnxProgram(string Codec = "tensors") : ModelProgram;

/// <summary>The user's own server in a supervised child process.</summary>
/// <param name="Command">Program and arguments, looked up on PATH. <c>{port}</c>, <c>{model}</c> and <c>{code}</c> stand for the private port, the unpacked artifact and the unpacked source; paths below <c>/opt/ml/model</c> and <c>/opt/ml/code</c> are rewritten. The same holds of its environment.</param>
/// <param name="Source">A <c>.tar.gz</c> of sources to unpack into the code folder, or a folder of them as a prefix that ends in a slash; null: the artifact's <c>code</c> folder.</param>
public sealed record ScriptModelProgram(IReadOnlyList<string> Command, ObjectLocation? Source = null) : ModelProgram
{
    /// <summary>The codec by which an artifact that holds an ONNX graph and no <c>code/serve</c> is served instead; null: the command is always run.</summary>
    public string? GraphCodec { get; init; }
    /// <summary>What answers GET with success while the server is well.</summary>
    public string PingPath { get; init; } = "/ping";
    /// <summary>What takes requests by POST.</summary>
    public string InvokePath { get; init; } = "/invocations";
}

/// <summary>A model that can be deployed or run over a batch.</summary>
public sealed record ModelSpec
{
    /// <summary>The model's name as the user wrote it; for messages.</summary>
    public required string Name { get; init; }
    /// <summary>What answers.</summary>
    public required ModelProgram Program { get; init; }
    /// <summary>A <c>model.tar.gz</c>, a bare <c>.onnx</c> file, or a prefix that ends in a slash: the folder of all below it. A script may do without.</summary>
    public ObjectLocation? Artifact { get; init; }
    /// <summary>Environment of the child, or settings of the codec.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
