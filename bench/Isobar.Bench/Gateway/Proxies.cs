using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Isobar.Bench.Harness;

namespace Isobar.Bench.Gateway;

/// <summary>The proxies that are measured beside the gateway, each with as many connections to the upstream kept open as it is asked over.</summary>
internal static class Proxies
{
    public static async Task<ServerUnderTest> NginxAsync(string upstream)
    {
        var port = FreePort();
        return await ServerUnderTest.ProgramAsync("nginx", "nginx", folder =>
        {
            var config = $$"""
                daemon off; pid {{folder}}/nginx.pid; error_log {{folder}}/error.log; worker_processes auto;
                events { worker_connections 1024; }
                http {
                    access_log off; client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
                    upstream model { server {{new Uri(upstream).Authority}}; keepalive 64; }
                    server { listen 127.0.0.1:{{port}}; location / { proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection ""; } }
                }
                """;
            var file = Path.Combine(folder, "nginx.conf");
            File.WriteAllText(file, config);
            return ["-c", file, "-p", folder];
        }, port);
    }

    public static async Task<ServerUnderTest> HaProxyAsync(string upstream)
    {
        var port = FreePort();
        return await ServerUnderTest.ProgramAsync("haproxy", "haproxy", folder =>
        {
            var config = $"""
                global
                    maxconn 1024
                defaults
                    mode http
                    timeout connect 5s
                    timeout client 60s
                    timeout server 60s
                    http-reuse always
                frontend in
                    bind 127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}
                    default_backend model
                backend model
                    server one {new Uri(upstream).Authority}

                """;
            var file = Path.Combine(folder, "haproxy.cfg");
            File.WriteAllText(file, config);
            return ["-db", "-f", file];
        }, port);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
