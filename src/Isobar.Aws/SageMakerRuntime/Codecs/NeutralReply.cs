using System.Buffers;
using System.Text;
using System.Text.Json;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Serving;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>
/// The engine's own reply. A class: <c>{"predicted_label": "Adelie", "score": 0.98, "scores": {"Adelie": 0.98, …}}</c>, in CSV the label and its
/// probability; all else as the SageMaker algorithm of the same task answers.
/// </summary>
internal sealed class NeutralReply
{
    private readonly ReplyShape? _shape;
    private readonly int _label, _probabilities;
    private readonly byte[][] _names = [];

    public NeutralReply(ModelManifest manifest, OnnxSignature signature)
    {
        int Output(string name) => signature.Outputs.Select((o, i) => (o.Name, i)).First(p => p.Name == name).i;
        _shape = manifest.Task switch
        {
            LearningTask.Regression or LearningTask.Anomaly => new("predictions", [new("score", Output("score"))]),
            LearningTask.Clustering => new("predictions", [new("closest_cluster", Output("cluster"), whole: true), new("distance_to_cluster", Output("distance"))]),
            LearningTask.Projection => new("predictions", [new("projection", Output("projection"), column: -1)]),
            _ => null,
        };
        if (_shape is not null) return;
        (_label, _probabilities) = (Output("label"), Output("probabilities"));
        _names = [.. (manifest.Classes ?? []).Select(c => Encoding.UTF8.GetBytes(Quoted(c)))];
    }

    public void WriteJson(IBufferWriter<byte> to, TensorBatch outputs)
    {
        if (_shape is not null)
        {
            _shape.WriteJson(to, outputs);
            return;
        }
        to.Write("{\"predictions\": ["u8);
        for (var row = 0; row < outputs.Rows; row++)
        {
            if (row > 0) to.Write(", "u8);
            WriteClass(to, outputs, row);
        }
        to.Write("]}"u8);
    }

    public void WriteJsonLines(IBufferWriter<byte> to, TensorBatch outputs)
    {
        if (_shape is not null)
        {
            _shape.WriteJsonLines(to, outputs);
            return;
        }
        for (var row = 0; row < outputs.Rows; row++)
        {
            WriteClass(to, outputs, row);
            to.Write("\n"u8);
        }
    }

    public void WriteCsv(IBufferWriter<byte> to, TensorBatch outputs)
    {
        if (_shape is not null)
        {
            _shape.WriteCsv(to, outputs);
            return;
        }
        for (var row = 0; row < outputs.Rows; row++)
        {
            var label = Label(outputs, row);
            if (label.AsSpan().IndexOfAny("\",\n\r") >= 0) label = $"\"{label.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            WriteText(to, label);
            to.Write(","u8);
            FloatText.Write(to, Best(outputs, row));
            to.Write("\n"u8);
        }
    }

    private void WriteClass(IBufferWriter<byte> to, TensorBatch outputs, int row)
    {
        to.Write("{\"predicted_label\": "u8);
        WriteText(to, outputs[_label].Type == TensorElementType.String ? Quoted(Label(outputs, row)) : Label(outputs, row));
        to.Write(", \"score\": "u8);
        FloatText.Write(to, Best(outputs, row));
        to.Write(", \"scores\": {"u8);
        var probabilities = Row(outputs, row);
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (i > 0) to.Write(", "u8);
            to.Write(_names[i]);
            to.Write(": "u8);
            FloatText.Write(to, probabilities[i]);
        }
        to.Write("}}"u8);
    }

    private string Label(TensorBatch outputs, int row)
    {
        var tensor = outputs[_label];
        return tensor.Type == TensorElementType.String ? tensor.Strings[row] : ((long)tensor.Number(row)).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private ReadOnlySpan<float> Row(TensorBatch outputs, int row)
    {
        var tensor = outputs[_probabilities];
        return tensor.Values<float>().Slice(row * tensor.RowSize, tensor.RowSize);
    }

    private float Best(TensorBatch outputs, int row)
    {
        var best = 0f;
        foreach (var p in Row(outputs, row)) best = Math.Max(best, p);
        return best;
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static void WriteText(IBufferWriter<byte> to, string text)
    {
        var span = to.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        to.Advance(Encoding.UTF8.GetBytes(text, span));
    }
}
