using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Google.VertexAi.Prediction;
using Isobar.Google.VertexAi.Prediction.Fast;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.Tests.VertexAi.Prediction;

/// <summary>What goes past the messages is held equal to what goes through them.</summary>
public sealed class PredictFrameTests
{
    private const string Name = "projects/p/locations/l/endpoints/1";

    private static readonly Value Everything = Value.ForStruct(new Struct
    {
        Fields =
        {
            ["number"] = Value.ForNumber(-0.1), ["none"] = Value.ForNumber(double.NaN), ["text"] = Value.ForString("Grüße \"\\\n<>"), ["empty"] = Value.ForString(""), ["yes"] = Value.ForBool(true), ["no"] = Value.ForBool(false),
            ["null"] = Value.ForNull(), ["list"] = Value.ForList(Value.ForNumber(1), Value.ForList(), Value.ForStruct(new Struct())), [""] = Value.ForNumber(1e300),
        },
    });

    [Fact]
    public void TryRead_EveryKindOfValue_IsTheBodyOfTheParsedMessage()
    {
        var request = new PredictRequest { Endpoint = Name, Instances = { Everything, Value.ForList([.. Enumerable.Range(0, 300).Select(i => Value.ForNumber(i / 7.0))]), Value.ForNull() } };
        Assert.Equal(Body(request), Read(request.ToByteArray()));
        request.Parameters = Everything;
        Assert.Equal(Body(request), Read(request.ToByteArray()));
    }

    [Fact]
    public void TryRead_WhatIsUnusual_IsLeftToTheParsedMessage()
    {
        var whole = new PredictRequest { Endpoint = Name, Instances = { Everything } }.ToByteArray();
        Assert.Null(Read([]));
        Assert.Null(Read(new PredictRequest { Endpoint = Name }.ToByteArray()));
        Assert.Null(Read(new PredictRequest { Instances = { Everything } }.ToByteArray()));
        Assert.Null(Read(new PredictRequest { Endpoint = Name, Instances = { Everything }, Labels = { ["a"] = "b" } }.ToByteArray()));
        // Field 700, a value of no kind, text that is not UTF-8, and a second kind in one value.
        Assert.Null(Read([.. whole, 0xE0, 0x2B, 1]));
        Assert.Null(Read([.. whole, 0x12, 0]));
        Assert.Null(Read([.. whole, 0x12, 3, 0x1A, 1, 0xFF]));
        Assert.Null(Read([.. whole, 0x12, 4, 0x20, 1, 0x08, 0]));
        var deep = Value.ForNumber(1);
        for (var i = 0; i < 60; i++) deep = Value.ForList(deep);
        Assert.Null(Read(new PredictRequest { Endpoint = Name, Instances = { deep } }.ToByteArray()));
    }

    [Fact]
    public void TryRead_MessageCutOffAnywhere_IsRefusedOrWhole()
    {
        var whole = new PredictRequest { Endpoint = Name, Instances = { Everything, Everything } }.ToByteArray();
        var one = new PredictRequest { Endpoint = Name, Instances = { Everything } };
        for (var length = 0; length < whole.Length; length++)
            Assert.Equal(length == one.CalculateSize() ? Body(one) : null, Read(whole[..length]));
    }

    [Theory]
    [InlineData("""{"predictions":[[0.25,0.75],{"a":"\u00e4\ud83d\ude00","b":[true,false,null],"":{}},"",-1e-300]}""")]
    [InlineData("""{"model":{"predictions":[3]},"predictions":[],"more":[1,{"x":2}]}""")]
    [InlineData("""{"predictions":{"a":1},"other":"x"}""")]
    [InlineData("""{"predictions":[1],"predictions":[2]}""")]
    [InlineData("""[1,2]""")]
    [InlineData(""" "text" """)]
    [InlineData("7")]
    public void Write_AnswerInJson_IsTheReplyOfTheMessages(string answer)
    {
        var deployed = new DeployedModel { Model = "projects/p/locations/l/models/2", ModelVersionId = "3", DisplayName = "Blätter" };
        var bytes = Encoding.UTF8.GetBytes(answer);
        var expected = new PredictResponse { Predictions = { InstanceBody.Read(bytes) }, DeployedModelId = "9", Model = deployed.Model, ModelVersionId = "3", ModelDisplayName = "Blätter" };
        Assert.Equal(expected, Written(bytes, deployed));
        var bare = new PredictResponse { Predictions = { InstanceBody.Read(bytes) } };
        Assert.Equal(bare, Written(bytes, null));
    }

    [Fact]
    public void Write_LongLists_GetTheirLengths()
    {
        foreach (var count in (int[])[13, 14, 15, 1500, 20_000])
        {
            var bytes = Encoding.UTF8.GetBytes($$"""{"predictions":[[{{string.Join(',', Enumerable.Range(0, count).Select(i => i * 0.5))}}],["{{new string('x', count)}}"]]}""");
            Assert.Equal(new PredictResponse { Predictions = { InstanceBody.Read(bytes) } }, Written(bytes, null));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"predictions\":[1]} x")]
    [InlineData("{\"predictions\":[\"\\ud800\"]}")]
    [InlineData("no")]
    public void Write_NoJson_IsAnInternalFault(string answer) =>
        Assert.Equal(StatusCode.Internal, Assert.Throws<RpcException>(() => PredictAnswer.Write(new ProtoWriter(), Encoding.UTF8.GetBytes(answer), "9", null)).StatusCode);

    [Theory]
    [InlineData("", true, null)]
    [InlineData("2S", true, 2000.0)]
    [InlineData("1500m", true, 1500.0)]
    [InlineData("99999999u", true, 99_999.999)]
    [InlineData("1H", true, 3_600_000.0)]
    [InlineData("0S", false, null)]
    [InlineData("1x", false, null)]
    [InlineData("-1S", false, null)]
    [InlineData("999999999S", false, null)]
    public void TryTimeout_Header_IsReadOrLeft(string text, bool ordinary, double? milliseconds)
    {
        Assert.Equal(ordinary, PredictCalls.TryTimeout(text, out var timeout));
        if (ordinary) Assert.Equal(milliseconds, timeout?.TotalMilliseconds);
    }

    private static string Body(PredictRequest request) => Encoding.UTF8.GetString(InstanceBody.Of(request.Instances, request.Parameters).Span);

    private static string? Read(byte[] message)
    {
        var scratch = new PredictScratch();
        if (!PredictMessage.TryRead(message, scratch.Json, out var endpoint)) return null;
        scratch.Json.Flush();
        Assert.Equal(Name, Encoding.UTF8.GetString(endpoint));
        return Encoding.UTF8.GetString(scratch.Body.WrittenSpan);
    }

    private static PredictResponse Written(byte[] answer, DeployedModel? deployed)
    {
        var writer = new ProtoWriter();
        PredictAnswer.Write(writer, answer, deployed is null ? null : "9", deployed);
        var frame = writer.Written.ToArray();
        Assert.Equal((0, (uint)frame.Length - 5), (frame[0], BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(1))));
        return PredictResponse.Parser.ParseFrom(frame, 5, frame.Length - 5);
    }
}
