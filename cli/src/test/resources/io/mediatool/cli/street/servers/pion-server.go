// A WHIP and WHEP server on Pion, the stack of MediaMTX and LiveKit, with MediaMTX's manners over HTTP:
//
//	pion-server HTTPPORT UDPPORT [restarts]
//
// POST /NAME/whip publishes, POST /NAME/whep watches what is published, 404 while that is nothing; PATCH trickles (204), which is all it does
// with a restart unless it "restarts" (200, RFC 9725); DELETE ends (200); ETag is *, Location a path. When a publisher goes its viewers'
// sessions end. It names a STUN server, which is at UDPPORT + 1. Says what happens on standard output, a line each.
package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/stun"
	"github.com/pion/webrtc"
)

var feedback = []webrtc.RTCPFeedback{{Type: "goog-remb"}, {Type: "ccm", Parameter: "fir"}}

// MediaMTX's list, in so far as the tests need it: no RTX, which this Pion cannot read, and not every profile.
var video = []webrtc.RTPCodecParameters{
	codec(webrtc.MimeTypeVP8, 99, 90000, 0, "", feedback),
	codec(webrtc.MimeTypeH264, 100, 90000, 0, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", feedback),
}
var audio = []webrtc.RTPCodecParameters{
	codec(webrtc.MimeTypeOpus, 111, 48000, 2, "minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1", nil),
	codec(webrtc.MimeTypePCMU, 0, 8000, 0, "", nil),
}

func codec(mime string, payloadType webrtc.PayloadType, rate uint32, channels uint16, fmtp string, fb []webrtc.RTCPFeedback) webrtc.RTPCodecParameters {
	return webrtc.RTPCodecParameters{
		PayloadType:        payloadType,
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: mime, ClockRate: rate, Channels: channels, SDPFmtpLine: fmtp, RTCPFeedback: fb},
	}
}

type session struct {
	id, name string
	publish  bool
	peer     *webrtc.PeerConnection
	offer    string
	restarts int
}

type stream struct {
	publisher *session
	expected  int
	tracks    []*webrtc.TrackLocalStaticRTP
	sources   []webrtc.SSRC
}

type server struct {
	mutex    sync.Mutex
	stun     string
	restarts bool
	streams  map[string]*stream
	sessions map[string]*session
	settings webrtc.SettingEngine
}

func main() {
	port, err := strconv.Atoi(os.Args[2])
	check(err)
	reflector := bind(port + 1)
	go reflect(reflector)
	restarts := len(os.Args) > 3 && os.Args[3] == "restarts"
	s := &server{stun: reflector.LocalAddr().String(), restarts: restarts, streams: map[string]*stream{}, sessions: map[string]*session{}}
	s.settings.SetICEUDPMux(webrtc.NewICEUDPMux(nil, bind(port)))
	s.settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	check(err)
	fmt.Println("listening")
	check(http.Serve(listener, s))
}

func bind(port int) *net.UDPConn {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	check(err)
	return conn
}

// A STUN server.
func reflect(conn *net.UDPConn) {
	buffer := make([]byte, 1500)
	for {
		length, from, err := conn.ReadFromUDP(buffer)
		check(err)
		question := &stun.Message{Raw: buffer[:length]}
		if question.Decode() == nil && question.Type == stun.BindingRequest {
			answer, err := stun.Build(question, stun.BindingSuccess, &stun.XORMappedAddress{IP: from.IP, Port: from.Port}, stun.Fingerprint)
			check(err)
			conn.WriteToUDP(answer.Raw, from)
			fmt.Println("reflected", from)
		}
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	check(json.NewEncoder(w).Encode(map[string]string{"error": message}))
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	words := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	known := len(words) >= 2 && len(words) <= 3 && (words[1] == "whip" || words[1] == "whep")
	switch {
	case !known:
		refuse(w, http.StatusNotFound, "not found")
	case r.Method == http.MethodPost && len(words) == 2:
		s.post(w, r, words[0], words[1] == "whip")
	case r.Method == http.MethodPatch && len(words) == 3:
		s.patch(w, r, words[2])
	case r.Method == http.MethodDelete && len(words) == 3:
		if !s.end(words[2], "deleted") {
			refuse(w, http.StatusNotFound, "session not found")
			return
		}
		w.WriteHeader(http.StatusOK)
	default:
		refuse(w, http.StatusMethodNotAllowed, "method not allowed")
	}
}

func (s *server) post(w http.ResponseWriter, r *http.Request, name string, publish bool) {
	offer, err := io.ReadAll(r.Body)
	if err != nil || r.Header.Get("Content-Type") != "application/sdp" {
		refuse(w, http.StatusBadRequest, "invalid Content-Type")
		return
	}
	made, answer, status, err := s.open(name, publish, string(offer))
	if err != nil {
		refuse(w, status, err.Error())
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/sdp")
	header.Set("Access-Control-Expose-Headers", "ETag, ID, Accept-Patch, Link, Location")
	header.Set("ETag", s.tag(made))
	header.Set("ID", made.id)
	header.Set("Accept-Patch", "application/trickle-ice-sdpfrag")
	header.Set("Link", "<stun:"+s.stun+">; rel=\"ice-server\"")
	header.Set("Location", r.URL.Path+"/"+made.id)
	w.WriteHeader(http.StatusCreated)
	io.WriteString(w, answer)
}

func (s *server) api() (*webrtc.API, error) {
	engine := &webrtc.MediaEngine{}
	for _, each := range video {
		if err := engine.RegisterCodec(each, webrtc.RTPCodecTypeVideo); err != nil {
			return nil, err
		}
	}
	for _, each := range audio {
		if err := engine.RegisterCodec(each, webrtc.RTPCodecTypeAudio); err != nil {
			return nil, err
		}
	}
	// NACK in both directions for sound, too, or it would be lost by definition.
	engine.RegisterFeedback(webrtc.RTCPFeedback{Type: "nack"}, webrtc.RTPCodecTypeAudio)
	registry := &interceptor.Registry{}
	if err := webrtc.RegisterDefaultInterceptors(engine, registry); err != nil {
		return nil, err
	}
	if err := webrtc.ConfigureTWCCHeaderExtensionSender(engine, registry); err != nil {
		return nil, err
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(engine), webrtc.WithInterceptorRegistry(registry), webrtc.WithSettingEngine(s.settings)), nil
}

func (s *server) open(name string, publish bool, offer string) (*session, string, int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	there := s.streams[name]
	if publish && there != nil {
		return nil, "", http.StatusBadRequest, errors.New("someone is already publishing to path '" + name + "'")
	}
	if !publish && (there == nil || len(there.tracks) < there.expected) {
		return nil, "", http.StatusNotFound, errors.New("no one is publishing to path '" + name + "'")
	}
	api, err := s.api()
	check(err)
	peer, err := api.NewPeerConnection(webrtc.Configuration{})
	check(err)
	made := &session{id: random(), name: name, publish: publish, peer: peer, offer: offer}
	if publish {
		there = &stream{publisher: made, expected: strings.Count(offer, "a=sendonly")}
		peer.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { s.forward(there, track) })
	} else {
		for i, track := range there.tracks {
			sender, err := peer.AddTrack(track)
			check(err)
			go feedBack(sender, there.publisher.peer, there.sources[i])
		}
	}
	answer, err := answered(peer, offer)
	if err != nil {
		peer.Close()
		return nil, "", http.StatusBadRequest, err
	}
	if publish {
		s.streams[name] = there
	}
	s.sessions[made.id] = made
	peer.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		fmt.Println(name, made.kind(), state)
		if state == webrtc.PeerConnectionStateFailed || state == webrtc.PeerConnectionStateClosed {
			go s.end(made.id, state.String())
		}
	})
	return made, answer, 0, nil
}

func (s *session) kind() string {
	if s.publish {
		return "publisher"
	}
	return "viewer"
}

func answered(peer *webrtc.PeerConnection, offer string) (string, error) {
	if err := peer.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", err
	}
	answer, err := peer.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(peer)
	if err := peer.SetLocalDescription(answer); err != nil {
		return "", err
	}
	<-gathered
	return peer.LocalDescription().SDP, nil
}

// Puts packets in order, as MediaMTX does: what the NACK responder of this Pion remembers is lost with each packet that it is given late.
type order struct {
	began bool
	next  uint16
	since time.Time
	held  map[uint16]*rtp.Packet
}

const patience = time.Second

func (o *order) add(packet *rtp.Packet, now time.Time) (ready []*rtp.Packet) {
	if !o.began {
		o.began, o.next = true, packet.SequenceNumber
	}
	if int16(packet.SequenceNumber-o.next) < 0 {
		return nil
	}
	if len(o.held) == 0 {
		o.since = now
	}
	o.held[packet.SequenceNumber] = packet
	for len(o.held) > 0 {
		next := o.held[o.next]
		if next != nil {
			ready = append(ready, next)
			delete(o.held, o.next)
			o.since = now
		} else if now.Sub(o.since) < patience {
			return ready
		}
		o.next++
	}
	return ready
}

// What a publisher sends, to all viewers, packet by packet.
func (s *server) forward(to *stream, from *webrtc.TrackRemote) {
	name := to.publisher.name
	out, err := webrtc.NewTrackLocalStaticRTP(from.Codec().RTPCodecCapability, from.Kind().String(), name)
	check(err)
	s.mutex.Lock()
	to.tracks = append(to.tracks, out)
	to.sources = append(to.sources, from.SSRC())
	s.mutex.Unlock()
	fmt.Println(name, "track", from.Codec().MimeType, from.Codec().SDPFmtpLine)
	packets, late, highest := 0, 0, uint16(0)
	inOrder := order{held: map[uint16]*rtp.Packet{}}
	for {
		packet, _, err := from.ReadRTP()
		if err != nil {
			fmt.Println(name, from.Kind(), packets, "packets,", late, "of them late")
			return
		}
		if packets > 0 && int16(packet.SequenceNumber-highest) < 0 {
			late++
		} else {
			highest = packet.SequenceNumber
		}
		packets++
		for _, each := range inOrder.add(packet, time.Now()) {
			if err := out.WriteRTP(each); err != nil && !errors.Is(err, io.ErrClosedPipe) {
				fmt.Println(name, from.Kind(), err)
			}
		}
	}
}

// Reads what a viewer says, so that interceptors see it, and tells the publisher of lost pictures.
func feedBack(sender *webrtc.RTPSender, publisher *webrtc.PeerConnection, source webrtc.SSRC) {
	kind := sender.Track().Kind()
	nacks, transport := 0, 0
	for {
		packets, _, err := sender.ReadRTCP()
		if err != nil {
			fmt.Println("a viewer of", kind, "sent", nacks, "nack and", transport, "transport-cc")
			return
		}
		for _, packet := range packets {
			switch packet.(type) {
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				publisher.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(source)}})
			case *rtcp.TransportLayerNack:
				nacks++
			case *rtcp.TransportLayerCC:
				transport++
			}
		}
	}
}

func (s *server) patch(w http.ResponseWriter, r *http.Request, id string) {
	s.mutex.Lock()
	known := s.sessions[id]
	s.mutex.Unlock()
	body, err := io.ReadAll(r.Body)
	if known == nil {
		refuse(w, http.StatusNotFound, "session not found")
		return
	}
	if err != nil || r.Header.Get("Content-Type") != "application/trickle-ice-sdpfrag" {
		refuse(w, http.StatusBadRequest, "invalid Content-Type")
		return
	}
	credentials := credential.FindAllString(string(body), -1)
	if s.restarts && len(credentials) > 0 && !strings.Contains(known.offer, credentials[0]) {
		s.restart(w, r, known, string(body), credentials)
		return
	}
	mid := ""
	for _, line := range strings.Split(string(body), "\r\n") {
		if strings.HasPrefix(line, "a=mid:") {
			mid = line[len("a=mid:"):]
		} else if strings.HasPrefix(line, "a=candidate:") {
			if mid == "" {
				refuse(w, http.StatusBadRequest, "mid attribute is missing")
				return
			}
			place, err := strconv.ParseUint(mid, 10, 16)
			if err != nil {
				refuse(w, http.StatusBadRequest, "invalid mid attribute")
				return
			}
			index := uint16(place)
			candidate := webrtc.ICECandidateInit{Candidate: line[len("a="):], SDPMid: &mid, SDPMLineIndex: &index}
			if err := known.peer.AddICECandidate(candidate); err != nil {
				refuse(w, http.StatusInternalServerError, err.Error())
				return
			}
			fmt.Println(known.name, "trickled", line, "if", r.Header.Get("If-Match"))
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

var (
	credential = regexp.MustCompile("(?m)^a=ice-(?:ufrag|pwd):[^\r\n]*")
	candidates = regexp.MustCompile("(?m)^a=candidate:[^\r\n]*\r\n")
	told       = regexp.MustCompile("(?m)^a=(?:ice-ufrag|ice-pwd|candidate|mid):[^\r\n]*\r\n")
)

// The generation of ICE; MediaMTX tells none.
func (s *server) tag(of *session) string {
	if !s.restarts {
		return "*"
	}
	return strconv.Quote(strconv.Itoa(of.restarts))
}

// To Pion a restart is an offer like the first one, with the new credentials and candidates in each section.
func (s *server) restart(w http.ResponseWriter, r *http.Request, known *session, fragment string, credentials []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if r.Header.Get("If-Match") != "*" {
		refuse(w, http.StatusPreconditionFailed, "a restart is for any generation")
		return
	}
	offer := candidates.ReplaceAllString(known.offer, "")
	for _, each := range credentials[:2] {
		kind := each[:strings.Index(each, ":")+1]
		offer = regexp.MustCompile("(?m)^"+kind+"[^\r\n]*").ReplaceAllLiteralString(offer, each)
	}
	offer += strings.Join(candidates.FindAllString(fragment, -1), "")
	answer, err := answered(known.peer, offer)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	known.offer = offer
	known.restarts++
	fmt.Println(known.name, known.kind(), "restarted")
	section := answer[strings.Index(answer, "\r\nm=")+2:]
	if next := strings.Index(section, "\r\nm="); next >= 0 {
		section = section[:next+2]
	}
	w.Header().Set("Content-Type", "application/trickle-ice-sdpfrag")
	w.Header().Set("ETag", s.tag(known))
	io.WriteString(w, section[:strings.Index(section, "\r\n")+2]+strings.Join(told.FindAllString(section, -1), ""))
}

// Ends a session, and with a publisher's those of its viewers.
func (s *server) end(id string, why string) bool {
	s.mutex.Lock()
	known := s.sessions[id]
	delete(s.sessions, id)
	var viewers []string
	if known != nil && known.publish {
		delete(s.streams, known.name)
		for _, each := range s.sessions {
			if each.name == known.name {
				viewers = append(viewers, each.id)
			}
		}
	}
	s.mutex.Unlock()
	if known == nil {
		return false
	}
	fmt.Println(known.name, known.kind(), "ends:", why)
	known.peer.Close()
	for _, viewer := range viewers {
		s.end(viewer, "no publisher")
	}
	return true
}

func random() string {
	bytes := make([]byte, 16)
	_, err := rand.Read(bytes)
	check(err)
	return hex.EncodeToString(bytes)
}
