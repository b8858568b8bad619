using Isobar.Core.Results;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Serving.Graphs;

/// <summary>A loaded graph. Several threads may run it at once.</summary>
internal sealed class OnnxGraph : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly bool _takesOneRow;
    private volatile bool _shapesHold;

    private OnnxGraph(InferenceSession session, OnnxSignature signature)
    {
        (_session, Signature) = (session, signature);
        _inputs = [.. signature.Inputs.Select(p => p.Name)];
        _outputs = [.. signature.Outputs.Select(p => p.Name)];
        _takesOneRow = signature.Inputs.Count > 0 && signature.Inputs.All(p => p.Dimensions is [1, ..]);
        _shapesHold = signature.RowsAreFree && signature.Outputs.All(p => !p.IsMaps && p.Type != TensorElementType.String && p.Dimensions is [-1, ..] && p.RowSize >= 0);
    }

    public OnnxSignature Signature { get; }

    /// <summary>Loads a graph file; a damaged one, or one that this runtime cannot run, fails with the runtime's own words.</summary>
    public static Result<OnnxGraph> Load(string file)
    {
        // One thread a run: the machine's cores are for runs side by side. Spinning would take them from the web server.
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        InferenceSession? session = null;
        try
        {
            session = new InferenceSession(file, options);
            if (!Describe(session).TryGet(out var signature, out var error))
            {
                session.Dispose();
                return error;
            }
            return new OnnxGraph(session, signature);
        }
        catch (OnnxRuntimeException e)
        {
            session?.Dispose();
            return new Error(ErrorCode.InvalidArgument, $"{Path.GetFileName(file)} is not a graph that can be run: {e.Message}");
        }
    }

    /// <summary>Runs over the inputs into the outputs.</summary>
    /// <exception cref="OnnxRuntimeException">The graph refuses the values.</exception>
    public void Run(GraphBuffers buffers)
    {
        if (_takesOneRow && buffers.Inputs.Rows > 1)
        {
            RowByRow.Run(this, buffers);
            return;
        }
        for (var i = 0; i < buffers.InputValues.Length; i++) buffers.InputValues[i] = buffers.Inputs[i].Native();
        if (_shapesHold && TryRunInPlace(buffers)) return;
        using var results = _session.Run(buffers.Options, _inputs, buffers.InputValues, _outputs);
        for (var i = 0; i < results.Count; i++) OutputReader.Copy(results[i], Signature.Outputs[i], buffers.Outputs[i]);
        buffers.Outputs.Rows = buffers.Inputs.Rows;
    }

    public void Dispose() => _session.Dispose();

    private bool TryRunInPlace(GraphBuffers buffers)
    {
        for (var i = 0; i < buffers.OutputValues.Length; i++)
        {
            ResetOutput(Signature.Outputs[i], buffers.Outputs[i], buffers.Inputs.Rows);
            buffers.OutputValues[i] = buffers.Outputs[i].Native();
        }
        try
        {
            _session.Run(buffers.Options, _inputs, buffers.InputValues, _outputs, buffers.OutputValues);
        }
        catch (OnnxRuntimeException)
        {
            // Either the values are refused, which the second run will say, or the graph declares other shapes than it gives.
            _shapesHold = false;
            return false;
        }
        buffers.Outputs.Rows = buffers.Inputs.Rows;
        return true;
    }

    private static void ResetOutput(OnnxPort port, NamedTensor output, int rows)
    {
        Span<long> shape = stackalloc long[port.Dimensions.Count];
        shape[0] = rows;
        for (var d = 1; d < shape.Length; d++) shape[d] = port.Dimensions[d];
        output.Reset(shape);
    }

    private static Result<OnnxSignature> Describe(InferenceSession session)
    {
        var inputs = new List<OnnxPort>();
        foreach (var name in session.InputNames)
        {
            var meta = session.InputMetadata[name];
            if (!meta.IsTensor) return new Error(ErrorCode.InvalidArgument, $"The graph's input '{name}' is not a tensor ({meta.OnnxValueType}).");
            inputs.Add(new OnnxPort(name, meta.IsString ? TensorElementType.String : meta.ElementDataType, [.. meta.Dimensions]));
        }
        var outputs = new List<OnnxPort>();
        foreach (var name in session.OutputNames)
        {
            var meta = session.OutputMetadata[name];
            if (meta.IsTensor)
                outputs.Add(new OnnxPort(name, meta.IsString ? TensorElementType.String : meta.ElementDataType, [.. meta.Dimensions]));
            else if (meta.OnnxValueType == OnnxValueType.ONNX_TYPE_SEQUENCE && meta.AsSequenceMetadata().ElementMeta.OnnxValueType == OnnxValueType.ONNX_TYPE_MAP)
                outputs.Add(new OnnxPort(name, meta.AsSequenceMetadata().ElementMeta.AsMapMetadata().ValueMetadata.ElementDataType, [-1, -1], IsMaps: true));
            // Sequences of tensors have no place in a reply; the graph's other outputs still answer.
        }
        return outputs.Count == 0
            ? new Error(ErrorCode.InvalidArgument, "The graph has no output that is a tensor.")
            : new OnnxSignature(inputs, outputs);
    }
}
