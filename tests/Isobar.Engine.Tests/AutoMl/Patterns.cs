using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Isobar.Engine.Tests.AutoMl;

/// <summary>Pictures of three kinds of pattern, of any colours and sizes: stripes that lie, stripes that stand, and dots.</summary>
internal static class Patterns
{
    public static readonly string[] Kinds = ["dots", "lying", "standing"];

    /// <summary>A PNG file.</summary>
    public static byte[] Draw(string kind, int seed)
    {
        var random = new Random(seed);
        Rgb24 ink = Colour(0, 110), paper = Colour(145, 256);
        var period = random.Next(16, 40);
        using var image = new Image<Rgb24>(random.Next(160, 300), random.Next(160, 300));
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var inked = kind switch
                {
                    "lying" => y % period < period / 2,
                    "standing" => x % period < period / 2,
                    _ => Square(x % period - period / 2) + Square(y % period - period / 2) < Square(period / 3),
                };
                image[x, y] = inked ? ink : paper;
            }
        }
        using var file = new MemoryStream();
        image.SaveAsPng(file);
        return file.ToArray();

        Rgb24 Colour(int from, int to) => new((byte)random.Next(from, to), (byte)random.Next(from, to), (byte)random.Next(from, to));

        static int Square(int value) => value * value;
    }
}
