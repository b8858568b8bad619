using System.Buffers;
using System.Globalization;
using System.Text;
using CsCheck;
using Isobar.Aws.SageMakerRuntime.Codecs;

namespace Isobar.Aws.Tests.SageMakerRuntime;

public sealed class FloatTextTests
{
    [Fact]
    public void TryParse_AnyFloat_IsReadExactly() => Gen.Float.Sample(value =>
    {
        Assert.True(FloatText.TryParse(Encoding.UTF8.GetBytes(value.ToString("R", CultureInfo.InvariantCulture)), out var read));
        return read.Equals(value);
    });

    [Fact]
    public void TryParse_ShortDecimals_AreRoundedAsFloatParseDoes() => Gen.Select(Gen.Int[-99_999_999, 99_999_999], Gen.Int[0, 8]).Sample((mantissa, decimals) =>
    {
        var text = ((decimal)mantissa / (decimal)Math.Pow(10, decimals)).ToString("F" + decimals, CultureInfo.InvariantCulture);
        Assert.True(FloatText.TryParse(Encoding.UTF8.GetBytes(text), out var read));
        return read == float.Parse(text, CultureInfo.InvariantCulture);
    });

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData("abc")]
    [InlineData("0x10")]
    public void TryParse_NoNumber_IsRefused(string text) => Assert.False(FloatText.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("nan", float.NaN)]
    [InlineData("-inf", float.NegativeInfinity)]
    [InlineData("Infinity", float.PositiveInfinity)]
    [InlineData(" 2.5\t", 2.5f)]
    [InlineData("1e-3", 0.001f)]
    [InlineData("+4", 4f)]
    public void TryParse_UsualForms_AreRead(string text, float value)
    {
        Assert.True(FloatText.TryParse(Encoding.UTF8.GetBytes(text), out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData(1, "1.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(0.10000000149011612, "0.10000000149011612")]
    [InlineData(1e-5, "1e-05")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(-2.5e-7, "-2.5e-07")]
    [InlineData(1e100, "1e+100")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Write_Number_ReadsAsPythonPrintsIt(double value, string text)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FloatText.Write(buffer, value);
        Assert.Equal(text, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
